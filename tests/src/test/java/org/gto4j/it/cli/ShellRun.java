package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Commands as a shell runs them, in a process of their own.
 *
 * @param code exit code of the shell's last command
 * @param out what was printed as result
 * @param err what else was printed
 */
record ShellRun(int code, String out, String err) {
    private static final long PATIENCE_SECONDS = 120;

    /**
     * Runs a script of bash in which {@code gto4j} is the command line.
     *
     * @param folder where
     * @param script the rest are its arguments, $1 and so on
     */
    static ShellRun of(Path folder, String script, String... args) throws IOException, InterruptedException {
        Path out = Files.createTempFile("gto4j", ".out");
        Path err = Files.createTempFile("gto4j", ".err");
        try {
            List<String> command = new ArrayList<>(List.of(
                    "bash",
                    "-c",
                    "gto4j() { \"$JAVA\" -XX:TieredStopAtLevel=1 -XX:-UsePerfData org.gto4j.lab.cli.Main \"$@\"; }; "
                            + script,
                    "bash"));
            command.addAll(List.of(args));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment()
                    .put(
                            "JAVA",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString());
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            process.getOutputStream().close();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), script + " has not ended");
            return new ShellRun(
                    process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** The result as UTF-8; {@link #out} has a character a byte. */
    String text() {
        return new String(out.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
