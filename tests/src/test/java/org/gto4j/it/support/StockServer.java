package org.gto4j.it.support;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Stock llama-server of the same llama.cpp, on a free port of this machine. */
public final class StockServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 120;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    /** Starts the server with these arguments and waits until it answers. Its log goes to {@code log}. */
    public StockServer(Path log, String... arguments) throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("gto4j.native.bin"), "llama-server").toString(), "--host", "127.0.0.1",
            "--port", Integer.toString(port)));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        for (int waited = 0; !healthy(); waited++) {
            if (!process.isAlive() || waited > PATIENCE_SECONDS * 10) {
                process.destroyForcibly();
                throw new AssertionError("llama-server didn't start, see " + log);
            }
            Thread.sleep(100);
        }
    }

    private boolean healthy() throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(uri("/health")).build()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** The answer of POST /completion to a greedy request for exactly these prompt tokens. */
    public JsonNode complete(int[] prompt, int most) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(JSON.createObjectNode().put("n_predict", most).put("temperature", 0).put("cache_prompt", false)
            .put("return_tokens", true).set("prompt", JSON.valueToTree(prompt)));
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/completion")).header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)).build());
        if (response.statusCode() != 200) {
            throw new AssertionError("llama-server: " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
