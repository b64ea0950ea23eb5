package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate} on a tiny random target. */
class SimulateCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void simulatePrintsTauAndTheGrid() throws IOException {
        String corpus = folder.resolve("simulated").toString();
        assertEquals(0, files.answered(corpus).code());
        Path json = folder.resolve("simulated.json");
        CommandRun run = CommandRun.of(
                "simulate",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--corpus",
                corpus,
                "--mode",
                "chain,tree,cost-aware",
                "--tree",
                "12/3/4,5/2/2",
                "--chain",
                "3",
                "--grid",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.out().contains("chain 3")
                        && run.out().contains("tree 12/3/4")
                        && run.out().contains("tree 5/2/2")
                        && run.out().contains("cost-aware"),
                run.out());
        assertTrue(
                run.out().contains("tau by depth and nodes")
                        && run.out().lines().reduce((a, b) -> b).orElseThrow().startsWith("best"),
                run.out());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(4, result.path("rows").size());
        assertTrue(result.path("rows").get(0).path("tau").asDouble() >= 1, result.toString());
        assertEquals("greedy", result.path("rows").get(0).path("texts_of").asText());
        assertEquals(8 * 63, result.path("grids").get(0).path("cells").size());
    }
}
