package org.gto4j.lab.stock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gto4j.error.GtoException;

/**
 * Stock llama-server in a process of its own, which ends with {@link #close()} or with this JVM. One thread at a time.
 */
public final class StockServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STARTING = Duration.ofMinutes(10);
    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 50;
    private static final List<String> ALWAYS = List.of("--metrics", "--no-webui", "--offline");
    private static final Pattern VERIFICATIONS = Pattern.compile("(?m)^llamacpp:spec_decode_num_drafts_total (\\S+)");

    private final ServerProcess process;
    private long verifications;

    private StockServer(ServerProcess process) {
        this.process = process;
    }

    /**
     * Starts a server and returns once it answers.
     *
     * @param executable llama-server
     * @param arguments as on its command line, but for host and port
     * @throws GtoException IO: there is no such program, or it ended before it answered (the last lines of its log say
     *     why)
     */
    public static StockServer start(Path executable, List<String> arguments) {
        return start(executable, arguments, STARTING);
    }

    static StockServer start(Path executable, List<String> arguments, Duration patience) {
        List<String> all = new ArrayList<>(ALWAYS);
        all.addAll(arguments);
        StockServer server = new StockServer(ServerProcess.start(executable, all));
        try {
            server.awaitHealth(patience);
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private void awaitHealth(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!healthy()) {
            process.requireAlive("before it answered");
            if (System.nanoTime() > end) {
                throw process.failure("didn't answer within " + patience.toSeconds() + " s");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    private boolean healthy() {
        try {
            return send(HttpRequest.newBuilder(uri("/health")).timeout(SETTLING).build())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Answers exactly these prompt tokens; nothing of an earlier prompt is reused.
     *
     * @param most tokens to generate, at least 1
     * @param temperature at least 0; 0 is greedy. No other sampler is applied
     * @param seed of the random stream
     * @throws GtoException IO: it refuses, or it ended (the last lines of its log say why)
     */
    public StockCompletion complete(int[] prompt, int most, double temperature, int seed) {
        ObjectNode body = JSON.createObjectNode()
                .put("n_predict", most)
                .put("temperature", temperature)
                .put("seed", Integer.toUnsignedLong(seed))
                .put("cache_prompt", false)
                .put("return_tokens", true);
        body.putArray("samplers").add("temperature");
        body.set("prompt", JSON.valueToTree(prompt));
        try {
            JsonNode answer = post("/completion", body);
            long before = verifications;
            verifications = verifications();
            return StockCompletion.of(answer, verifications - before);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * A conversation as it renders it, with the header of an answer.
     *
     * @param messages JSON array
     * @throws GtoException IO: it refuses, or it ended
     */
    public String template(String messages) {
        try {
            ObjectNode body = JSON.createObjectNode();
            body.set("messages", JSON.readTree(messages));
            return post("/apply-template", body).path("prompt").asText();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Its greedy answer to a conversation, through its chat API.
     *
     * @param messages JSON array
     * @param most tokens to generate, at least 1
     * @throws GtoException IO: it refuses, or it ended
     */
    public String chat(String messages, int most) {
        try {
            ObjectNode body = JSON.createObjectNode()
                    .put("max_tokens", most)
                    .put("temperature", 0)
                    .put("cache_prompt", false);
            body.set("messages", JSON.readTree(messages));
            return post("/v1/chat/completions", body)
                    .path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asText();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private JsonNode post(String path, ObjectNode body) throws IOException {
        return JSON.readTree(ask(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build()));
    }

    private GtoException unreadable(IOException e) {
        process.requireAlive("while it answered");
        return process.failure("can't be read: " + e);
    }

    /** Passes that verified a draft since the start; the metric is printed with six digits. */
    private long verifications() throws IOException {
        Matcher matcher = VERIFICATIONS.matcher(
                ask(HttpRequest.newBuilder(uri("/metrics")).build()));
        return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : 0;
    }

    /** Waits until its threads sleep, as they do between two requests; false if they still don't after some seconds. */
    public boolean settle() {
        return IdleProcess.await(process.handle(), SETTLING);
    }

    private String ask(HttpRequest request) throws IOException {
        HttpResponse<String> response = send(request);
        if (response.statusCode() != 200) {
            throw process.failure("answered with status " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        // A connection of its own each time: the server closes idle ones, perhaps just when one would be used again.
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private GtoException interrupted() {
        Thread.currentThread().interrupt();
        return process.failure("was waited for when this thread was interrupted");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + process.port() + path);
    }

    /** Ends the process and returns once it is gone. */
    @Override
    public void close() {
        process.close();
    }
}
