package org.gto4j.lab.quickstart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;

/** Other programs. */
final class Shell {
    /**
     * How a program ended.
     *
     * @param exitCode 0 = well; -1 = it couldn't be started or didn't end in time
     * @param output what it wrote to both of its streams
     */
    record Result(int exitCode, String output) {
        boolean ok() {
            return exitCode == 0;
        }

        String firstLine() {
            return lines().findFirst().orElse("").strip();
        }

        String lastLine() {
            return lines().reduce("", (before, line) -> line).strip();
        }

        /** A Java that takes options from the environment says so before the program says anything. */
        private Stream<String> lines() {
            return output.lines().filter(line -> !line.isBlank() && !line.matches("(NOTE: )?Picked up \\w+: .*"));
        }
    }

    private Shell() {}

    /** Runs a program to its end; it is ended by force after {@code seconds}. */
    static Result run(List<String> command, Path folder, long seconds) {
        try {
            Path log = Files.createTempFile("gto4j", ".log");
            try {
                return run(command, folder, seconds, log);
            } finally {
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
    }

    private static Result run(List<String> command, Path folder, long seconds, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            String output = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            return ended
                    ? new Result(process.exitValue(), output)
                    : new Result(-1, output + "\nno end after " + seconds + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GtoException(GtoException.Kind.INTERNAL, "interrupted while " + command.get(0) + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
