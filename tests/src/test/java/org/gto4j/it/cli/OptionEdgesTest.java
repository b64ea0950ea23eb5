package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that an option allows but hardly anybody means: they work, or one line says what is wrong. */
class OptionEdgesTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.letters(folder);
        CommandRun corpus = CommandRun.of(
                "regenerate",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--prompts",
                files.prompts(),
                "--out",
                folder.resolve("corpus").toString(),
                "-n",
                "20");
        assertEquals(0, corpus.code(), corpus.err());
    }

    /** However far it gets before its figures are no numbers any more, no such draft is written. */
    @ParameterizedTest
    @CsvSource({"1e10, 8", "1e38, 2", "1e20, 3"})
    void aRunThatDivergesSaysWhatToDo(String rate, String steps) {
        Path run = folder.resolve("run-" + rate);
        CommandRun trained = CommandRun.of(
                "train",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--corpus",
                folder.resolve("corpus").toString(),
                "--phase",
                "1",
                "--out",
                run.toString(),
                "--steps",
                steps,
                "--lr",
                rate,
                "--clip",
                "0",
                "--validation",
                "0",
                "--warmup",
                "0",
                "--draft-vocab",
                "8");
        assertEquals(1, trained.code(), trained.err());
        assertTrue(
                trained.err().contains("training stopped ") && trained.err().contains("lower the learning rate"),
                trained.err());
        assertFalse(trained.err().contains("internal error"), trained.err());
        assertFalse(Files.exists(run.resolve("draft.gguf")));
    }

    /** Counting the batches of so many epochs would take hours. */
    @Test
    void epochsHaveABound() {
        CommandRun run = CommandRun.of(
                "train",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--corpus",
                folder.resolve("corpus").toString(),
                "--phase",
                "1",
                "--out",
                folder.resolve("epochs").toString(),
                "--epochs",
                "2147483647");
        assertEquals(2, run.code(), run.err());
        assertTrue(
                run.err().contains("option --epochs: expected a whole number of 1 to 10000, found '2147483647'"),
                run.err());
    }

    @Test
    void allSeedsOf32BitsAreTaken() {
        for (String seed : new String[] {"0", "2147483648", "4294967295"}) {
            String[] command = {
                "generate",
                "-m",
                files.model(),
                "--threads",
                "1",
                "-p",
                "abc",
                "--raw",
                "-n",
                "8",
                "--temp",
                "1",
                "--seed",
                seed
            };
            CommandRun first = CommandRun.of(command);
            assertEquals(0, first.code(), first.err());
            assertEquals(first.out(), CommandRun.of(command).out(), "seed " + seed);
        }
    }

    @Test
    void theLongestChainEnds() {
        String plain = CommandRun.of("generate", "-m", files.model(), "--threads", "1", "-p", "abc", "--raw", "-n", "8")
                .out();
        CommandRun chain = CommandRun.of(
                "generate",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--threads",
                "1",
                "-p",
                "abc",
                "--raw",
                "-n",
                "8",
                "--chain",
                "256");
        assertEquals(0, chain.code(), chain.err());
        assertEquals(plain, chain.out());
    }
}
