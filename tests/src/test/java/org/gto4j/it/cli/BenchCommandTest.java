package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.it.support.StockProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench} on a tiny random target, beside stock llama-server. */
class BenchCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.letters(folder);
    }

    @AfterEach
    void noServerIsLeft() {
        assertFalse(ProcessHandle.current()
                .children()
                .anyMatch(child ->
                        child.isAlive() && child.info().command().orElse("").contains("llama-server")));
    }

    private static CommandRun bench(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "bench",
                "-m",
                files.model(),
                "--prompts",
                files.prompts(),
                "--threads",
                "1",
                "--temp",
                "0",
                "-n",
                "40"));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private static List<String> policies(JsonNode result) {
        List<String> policies = new ArrayList<>();
        result.path("rows").forEach(row -> policies.add(row.path("policy").asText()));
        return policies;
    }

    @Test
    void comparesAllWaysAndTheCostModel() throws IOException {
        Path json = folder.resolve("bench.json");
        Path html = folder.resolve("bench.html");
        CommandRun run = bench(
                "-d",
                files.draft(),
                "--limit",
                "2",
                "--chain",
                "1,3",
                "--tree",
                "12/3/4,4/2/3",
                "--static",
                "3/2-1",
                "--json",
                json.toString(),
                "--html",
                html.toString());
        assertEquals(0, run.code(), run.err());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(
                List.of(
                        "plain",
                        "lookup 3/3",
                        "chain 1",
                        "chain 3",
                        "tree 12/3/4",
                        "tree 4/2/3",
                        "static 3/2-1",
                        "cost-aware"),
                policies(result));
        assertEquals(1 + 1 + 1 + 8 + 1, run.out().lines().count(), run.out());
        for (JsonNode row : result.path("rows")) {
            assertEquals(2, row.path("speedup_ci95").size());
            assertTrue(row.path("model_tokens_per_second").asDouble() > 0, row.toString());
            assertTrue(row.path("over_stock").isNull(), row.toString());
        }
        JsonNode bound = result.path("bounds").get(0);
        assertTrue(bound.path("share").asDouble() > 0, bound.toString());
        assertTrue(
                run.out().lines().reduce((first, last) -> last).orElseThrow().contains("cost-aware random reached "),
                run.out());
        assertEquals(
                Path.of(files.model()).getFileName().toString(),
                result.path("file").asText());
        assertTrue(Files.readString(html).contains("static 3/2-1 random"));
    }

    @Test
    void withoutADraftThereIsNoCostModel() {
        CommandRun run = bench("--limit", "1");
        assertEquals(0, run.code(), run.err());
        assertFalse(run.out().contains("model "), run.out());
    }

    @Test
    void stockIsMeasuredBesideOurs() throws IOException {
        Path json = folder.resolve("stock.json");
        CommandRun run = bench(
                "-d",
                files.draft(),
                "--cache-type",
                "F32",
                "--mode",
                "plain,chain",
                "--chain",
                "2",
                "--stock",
                StockProgram.path().toString(),
                "--stock-n-max",
                "1,2",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(List.of("plain", "chain 2", "stock", "stock-chain 1", "stock-chain 2"), policies(result));
        for (JsonNode row : result.path("rows")) {
            assertEquals(0, row.path("differing").asInt(-1), "the same text in F32: " + row);
            assertTrue(
                    row.path("tokens_per_second").asDouble() > 0
                            && row.path("over_stock").asDouble() > 0,
                    row.toString());
            assertTrue(
                    row.path("over_stock_ci95").get(0).asDouble()
                            <= row.path("over_stock_ci95").get(1).asDouble(),
                    row.toString());
        }
        assertEquals(1, result.path("rows").get(2).path("tau").asDouble());
        assertEquals(
                result.path("rows").get(1).path("tau").asDouble(),
                result.path("rows").get(4).path("tau").asDouble(),
                0.1,
                "chains of 2 gain the same");
        String best = result.path("best_stock").get(0).path("policy").asText();
        assertTrue(run.out().contains("the best stock setting is " + best), run.out());
        assertTrue(
                result.path("rows").get(3).path("model_tokens_per_second").isNull(),
                "our costs say nothing about stock");
    }

    @Test
    void aChainOfStockThatFailsIsLeftOutAndSaidSo() throws IOException {
        Path server = Files.writeString(
                folder.resolve("llama-server"),
                "#!/bin/sh\ncase \"$*\" in *draft-eagle3*) echo \"no such draft\"; exit 134;; esac\nexec "
                        + StockProgram.path() + " \"$@\"\n");
        assertTrue(server.toFile().setExecutable(true));
        Path json = folder.resolve("left-out.json");
        CommandRun run = bench(
                "-d",
                files.draft(),
                "--mode",
                "plain",
                "--stock",
                server.toString(),
                "--stock-n-max",
                "1",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(List.of("plain", "stock"), policies(result));
        JsonNode leftOut = result.path("left_out").get(0);
        assertEquals("stock-chain 1", leftOut.path("policy").asText());
        assertTrue(leftOut.path("reason").asText().contains("exit code 134"), leftOut.toString());
        assertTrue(run.err().contains("stock-chain 1") || run.out().contains("stock-chain 1"), run.out() + run.err());
    }

    @Test
    void stockThatDoesNotStartIsOneClearMessage() throws IOException {
        CommandRun missing = bench("--stock", folder.resolve("nowhere").toString());
        assertEquals(1, missing.code(), missing.err());
        assertTrue(
                missing.err()
                        .contains("gto4j: " + folder.resolve("nowhere")
                                + ": expected the program llama-server, found no such file"),
                missing.err());
        Path broken = Files.writeString(
                folder.resolve("broken-server"), "#!/bin/sh\necho \"failed to load draft model\"\nexit 1\n");
        assertTrue(broken.toFile().setExecutable(true));
        CommandRun run = bench("-d", files.draft(), "--mode", "plain", "--stock", broken.toString());
        assertEquals(1, run.code(), run.err());
        assertTrue(
                run.err()
                        .contains(
                                "gto4j: " + broken
                                        + " ended with exit code 1 before it answered; its log ends with:\nfailed to load draft model\n"),
                run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
