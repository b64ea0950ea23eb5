package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate} on a tiny random target. */
class GenerateCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void generateStreamsTextAndSaysHowFastItWas() {
        CommandRun plain = CommandRun.of("generate", "-m", files.model(), "-p", "Hello there", "-n", "24");
        assertEquals(0, plain.code(), plain.err());
        assertTrue(plain.out().length() > 1, "no text");
        assertTrue(
                plain.err().matches("(?s)\\d+ tokens, tau 1\\.00 \\(plain, temperature 0\\), .* tokens/s, .*\\R"),
                plain.err());
    }

    @Test
    void greedyTextIsTheSameWithADraftInAllModes() {
        String plain = CommandRun.of("generate", "-m", files.model(), "-p", "Hello there", "-n", "24", "--raw")
                .out();
        for (String mode : List.of("plain", "chain", "tree", "static")) {
            CommandRun run = CommandRun.of(
                    "generate",
                    "-m",
                    files.model(),
                    "-d",
                    files.draft(),
                    "-p",
                    "Hello there",
                    "-n",
                    "24",
                    "--raw",
                    "--mode",
                    mode,
                    "--tree",
                    "12/3/4");
            assertEquals(0, run.code(), run.err());
            assertEquals(plain, run.out(), mode);
        }
    }
}
