package org.gto4j.lab.stock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gto4j.error.GtoException;

/**
 * A program that serves on a port of this machine, and its log. Ends with {@link #close()}, or with this JVM however
 * that ends, short of a kill.
 */
final class ServerProcess implements AutoCloseable {
    private static final int END_SECONDS = 10;
    private static final int LOG_LINES = 12;

    private final Path executable;
    private final Path log;
    private final int port;
    private final Process process;
    private final Thread hook;

    private ServerProcess(Path executable, List<String> arguments) throws IOException {
        this.executable = executable;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                executable.toAbsolutePath().toString(), "--host", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // What the user's shell sets for a server of his own must not change the one that is measured.
        builder.environment().keySet().removeIf(name -> name.startsWith("LLAMA_ARG_"));
        log = Files.createTempFile("gto4j-llama-server", ".log");
        try {
            process = builder.redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            Files.deleteIfExists(log);
            throw e;
        }
        hook = new Thread(process::destroyForcibly, "gto4j-llama-server-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** IO: there is no such program, or it can't be run. */
    static ServerProcess start(Path executable, List<String> arguments) {
        if (!Files.isRegularFile(executable) || !Files.isExecutable(executable)) {
            throw new GtoException(
                    GtoException.Kind.IO,
                    executable + ": expected the program llama-server, found "
                            + (Files.exists(executable) ? "something that can't be run" : "no such file"));
        }
        try {
            return new ServerProcess(executable, arguments);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't start " + executable + ": " + e, e);
        }
    }

    int port() {
        return port;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** An exception if it runs no longer. */
    void requireAlive(String when) {
        if (!process.isAlive()) {
            throw failure("ended with exit code " + process.exitValue() + " " + when);
        }
    }

    /** An exception that says what the server did, with the last lines of its log. */
    GtoException failure(String what) {
        return new GtoException(GtoException.Kind.IO, executable + " " + what + "; its log ends with:\n" + logEnd());
    }

    private String logEnd() {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            return lines.isEmpty()
                    ? "(nothing)"
                    : String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    /** Returns once the process is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, too, and does no harm.
        }
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't delete " + log + ": " + e, e);
        }
    }
}
