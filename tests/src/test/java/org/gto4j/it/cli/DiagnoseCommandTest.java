package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gto4j diagnose} on a tiny random target. */
class DiagnoseCommandTest {
    @TempDir
    Path folder;

    @Test
    void printsPathsByDatasetAndDrawsThem() throws IOException {
        CommandFiles files = CommandFiles.in(folder, 3, "prompts", """
            {"id": "math-1", "prompt": "one"}
            {"id": "math-2", "prompt": "two"}
            {"id": "code-1", "prompt": "three"}
            """, "--type", "F32");
        String corpus = folder.resolve("corpus").toString();
        assertEquals(
                0,
                CommandRun.of(
                                "regenerate",
                                "-m",
                                files.model(),
                                "--prompts",
                                files.prompts(),
                                "--out",
                                corpus,
                                "-n",
                                "40",
                                "--slots",
                                "3",
                                "--threads",
                                "1")
                        .code());
        Path json = folder.resolve("diagnosis.json");
        Path html = folder.resolve("diagnosis.html");
        CommandRun run = CommandRun.of(
                "diagnose",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--corpus",
                corpus,
                "--tree",
                "12/3/4",
                "--threads",
                "1",
                "--json",
                json.toString(),
                "--html",
                html.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(1 + 1 + 3 + 1 + 1 + 3 + 1 + 1 + 3 * 3, run.out().lines().count(), run.out());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals("tree 12/3/4", result.path("tree").asText());
        JsonNode all = result.path("rows").get(2);
        assertEquals("random", all.path("draft").asText());
        assertEquals("all", all.path("texts_of").asText());
        assertEquals(3, all.path("texts").asInt());
        assertEquals(3, all.path("missing_from_depth").size());
        assertEquals(1, value(all, "on_greedy_path") + value(all, "off_greedy_path") + value(all, "nothing"), 1e-9);
        assertTrue(value(all, "tree_length") >= value(all, "greedy_length") - 3 * value(all, "lost"), all.toString());
        assertEquals(
                1,
                all.path("ends").properties().stream()
                        .mapToDouble(end -> end.getValue().path("value").asDouble())
                        .sum(),
                1e-9);
        assertTrue(value(all, "offered_length") >= value(all, "tree_length"), all.toString());
        String page = Files.readString(html);
        assertTrue(
                page.split("<svg class=\"tree\"").length > 1 && page.split("<svg").length > 6,
                "five pictures and a tree");
        CommandRun twice = CommandRun.of(
                "diagnose", "-m", files.model(), "-d", files.draft(), "--corpus", corpus, "--corpus", corpus);
        assertEquals(2, twice.code());
        assertTrue(twice.err().contains("two corpora are called 'corpus'"), twice.err());
    }

    private static double value(JsonNode row, String field) {
        return row.path(field).path("value").asDouble();
    }
}
