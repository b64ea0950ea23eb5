package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole quickstart on a tiny mixture of experts: killed while the target writes, ended while Phase I trains, then
 * left to its end.
 */
class QuickstartTest {
    private static final String MINUTES = "0.5";

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void runsInPartsAndWritesEverything() throws Exception {
        Path model = TinyModels.target("--arch", "qwen3moe", "--layers", "4");
        Path run = folder.resolve("run");
        Process killed = start(model, run);
        await(killed, run.resolve("corpus").resolve("corpus.jsonl"));
        killed.destroyForcibly().waitFor();
        long answered = lines(run.resolve("corpus").resolve("corpus.jsonl"));

        assertTrue(
                read(folder.resolve("log.txt")).contains("its feed-forward is random"),
                "what a draft starts from is said first");

        Process ended = start(model, run);
        await(ended, run.resolve("phase1").resolve("metrics.jsonl"));
        ended.destroy();
        assertEquals(128 + 15, ended.waitFor(), "exit code of SIGTERM");
        assertTrue(lines(run.resolve("corpus").resolve("corpus.jsonl")) >= answered, "answers were lost");

        CommandRun rest =
                CommandRun.of("quickstart", "--model", model.toString(), "--minutes", MINUTES, "--dir", run.toString());
        assertEquals(0, rest.code(), rest.err());
        assertFalse(rest.err().contains("[2/6]"), "the target's answers were there: " + rest.err());
        checkOutput(rest.out(), run);
        checkArtefacts(model, run);

        byte[] report = Files.readAllBytes(run.resolve("report.html"));
        CommandRun again =
                CommandRun.of("quickstart", "--model", model.toString(), "--minutes", MINUTES, "--dir", run.toString());
        assertEquals(rest.out(), again.out());
        assertFalse(again.err().contains("/6]"), again.err());
        assertEquals(-1, Arrays.mismatch(report, Files.readAllBytes(run.resolve("report.html"))));
    }

    private static void checkArtefacts(Path model, Path run) throws IOException {
        JsonNode results =
                new ObjectMapper().readTree(run.resolve("results.json").toFile());
        assertEquals(List.of("gto cost-aware", "none plain"), greedy(results.path("default")));
        assertEquals(
                List.of("none plain", "eagle3 chain", "eagle3 tree", "gto chain", "gto tree"),
                greedy(results.path("fixed")));
        for (String part : List.of("default", "fixed")) {
            for (JsonNode row : results.path(part)) {
                assertTrue(
                        row.path("prompts").asInt() >= 1
                                && row.path("tau").asDouble() >= 1
                                && row.path("speedup").asDouble() > 0,
                        row.toString());
            }
        }
        String html = Files.readString(run.resolve("report.html"));
        assertTrue(html.contains("<svg class=\"tree\""), "no tree is drawn");
        assertTrue(html.contains("Phase II"), "no curves");
        assertTrue(html.indexOf("class=\"lead\"") < html.indexOf("<table"), "what the user gets comes first");
        try (TargetModel target = TargetModel.open(model)) {
            for (String name : List.of("draft-eagle3.gguf", "draft-gto.gguf")) {
                try (DraftModel draft = DraftModel.load(target, run.resolve(name))) {
                    assertEquals(target.info().hidden(), draft.info().hidden());
                }
            }
        }
    }

    private static List<String> greedy(JsonNode rows) {
        return rows.findParents("draft").stream()
                .filter(row -> row.path("temperature").asInt() == 0)
                .map(row -> row.path("draft").asText() + " " + row.path("mode").asText())
                .toList();
    }

    /** Words, the default decoder's row, fixed trees, and the next command. */
    private static void checkOutput(String out, Path run) {
        List<String> lines = out.lines().toList();
        assertTrue(
                lines.get(0)
                        .matches("(With the draft|On this machine the draft|The model's answers|\\d+ questions? ).*"),
                out);
        int table = lines.indexOf("") + 1;
        assertTrue(lines.get(table).startsWith("decoding "), out);
        assertTrue(lines.get(table + 1).startsWith("with the draft (the default) "), out);
        assertTrue(lines.indexOf("Fixed trees, for research") > table, out);
        assertTrue(
                lines.get(lines.size() - 1)
                        .matches("  \\./gto4j chat -m .* -d '?\\Q" + run.resolve("draft-gto.gguf") + "\\E'?"),
                out);
    }

    private Process start(Path model, Path run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.gto4j.lab.cli.Main",
                        "quickstart",
                        "--model",
                        model.toString(),
                        "--minutes",
                        MINUTES,
                        "--dir",
                        run.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
    }

    /** Waits until a file has a line. */
    private void await(Process process, Path file) throws Exception {
        while (!Files.exists(file) || lines(file) == 0) {
            assertTrue(process.isAlive(), () -> "ended early:\n" + read(folder.resolve("log.txt")));
            Thread.sleep(20);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .count();
    }
}
