package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code eval} on a tiny random target. */
class EvalCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void evalPrintsATableAndWritesTheRows() throws IOException {
        Path json = folder.resolve("rows.json");
        CommandRun run = CommandRun.of(
                "eval",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--prompts",
                files.prompts(),
                "--temp",
                "0,1",
                "-n",
                "12",
                "--limit",
                "2",
                "--tree",
                "12/3/4",
                "--chain",
                "3",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(2 * (2 + 3), run.out().lines().count(), run.out());
        run.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        JsonNode rows = new ObjectMapper().readTree(json.toFile());
        assertEquals(6, rows.size());
        Set<String> methods = new HashSet<>();
        for (JsonNode row : rows) {
            List<String> names = new ArrayList<>();
            row.fieldNames().forEachRemaining(names::add);
            assertEquals(
                    List.of(
                            "draft",
                            "mode",
                            "policy",
                            "temperature",
                            "dataset",
                            "prompts",
                            "tau",
                            "tau_ci95",
                            "tokens_per_second",
                            "speedup"),
                    names);
            assertEquals("questions", row.path("dataset").asText());
            assertEquals(2, row.path("prompts").asInt());
            assertTrue(row.path("tau").asDouble() >= 1, row.toString());
            assertTrue(row.path("tau_ci95").get(0).asDouble() <= row.path("tau").asDouble(), row.toString());
            assertTrue(row.path("tau_ci95").get(1).asDouble() >= row.path("tau").asDouble(), row.toString());
            methods.add(row.path("draft").asText() + " " + row.path("mode").asText() + " "
                    + row.path("temperature").asInt());
        }
        assertEquals(
                Set.of(
                        "none plain 0",
                        "random chain 0",
                        "random tree 0",
                        "none plain 1",
                        "random chain 1",
                        "random tree 1"),
                methods);
        assertEquals(1.0, rows.get(0).path("speedup").asDouble());
    }
}
