package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.Gto4j;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that run out of room: files of a process can be kept from growing (ulimit -f), which is to it what a full
 * disk is. One line says which file it was, and with room again the same command goes on from what was there.
 */
class FullDiskTest {
    private static final int BLOCK = 512;

    @TempDir
    Path folder;

    /** The native libraries are unpacked once for all processes, while there is room. */
    @BeforeAll
    static void unpack() {
        Gto4j.version();
    }

    @Test
    void regenerationKeepsWhatItHasAndGoesOn() throws Exception {
        String model = TinyModels.target("--type", "F32").toString();
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            questions
                    .append("{\"id\": ")
                    .append(i)
                    .append(", \"prompt\": \"question ")
                    .append(i)
                    .append("\"}\n");
        }
        Path prompts = Files.writeString(folder.resolve("questions.jsonl"), questions);
        Path corpus = folder.resolve("corpus");
        String[] command = {
            "regenerate",
            "-m",
            model,
            "--prompts",
            prompts.toString(),
            "--out",
            corpus.toString(),
            "-n",
            "40",
            "--slots",
            "2"
        };
        full("features.f16", 40_000, command);
        byte[] before = Files.readAllBytes(corpus.resolve("corpus.jsonl"));
        int kept = lines(before);
        assertTrue(kept >= 1 && kept < 12, kept + " sequences");

        CommandRun rest = CommandRun.of(command);
        assertEquals(0, rest.code(), rest.err());
        byte[] after = Files.readAllBytes(corpus.resolve("corpus.jsonl"));
        assertEquals(12, lines(after));
        assertEquals(
                new String(before, StandardCharsets.UTF_8),
                new String(after, 0, before.length, StandardCharsets.UTF_8));

        Path run = folder.resolve("run");
        String[] train = {
            "train",
            "-m",
            model,
            "--corpus",
            corpus.toString(),
            "--phase",
            "1",
            "--out",
            run.toString(),
            "--steps",
            "3",
            "--draft-vocab",
            "64"
        };
        full(run.toString(), 10_000, train);
        CommandRun trained = CommandRun.of(train);
        assertEquals(0, trained.code(), trained.err());
        assertTrue(trained.out().contains("3 steps"), trained.out());
    }

    /** Runs a command whose files can't grow beyond {@code bytes}; it must end with one line that names the file. */
    private static void full(String named, long bytes, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -f " + bytes / BLOCK + "; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                "org.gto4j.lab.cli.Main"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), said);
        List<String> lines =
                said.lines().filter(line -> line.startsWith("gto4j: ")).toList();
        assertEquals(1, lines.size(), said);
        assertTrue(lines.get(0).contains(named), said);
        assertFalse(said.contains("\tat "), said);
    }

    private static int lines(byte[] text) {
        return (int) new String(text, StandardCharsets.UTF_8).lines().count();
    }
}
