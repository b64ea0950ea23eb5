package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gto4j experiment} on a tiny random target. */
class ExperimentCommandTest {
    @TempDir
    Path folder;

    private String regenerate(String model, String name, String ids, String... more) throws IOException {
        StringBuilder prompts = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            prompts.append("{\"id\": \"")
                    .append(ids)
                    .append(i)
                    .append("\", \"prompt\": \"question ")
                    .append(ids)
                    .append(i)
                    .append("\"}\n");
        }
        Path file = Files.writeString(folder.resolve(name + ".jsonl"), prompts);
        String corpus = folder.resolve(name).toString();
        String[] arguments = {
            "regenerate",
            "-m",
            model,
            "--prompts",
            file.toString(),
            "--out",
            corpus,
            "-n",
            "24",
            "--slots",
            "3",
            "--threads",
            "1"
        };
        assertEquals(
                0,
                CommandRun.of(Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new))
                        .code());
        return corpus;
    }

    @Test
    void armsAreTrainedOnceAndCompared() throws IOException {
        Path model = TinyModels.target("--type", "F32", "--vocab", "64");
        try (TargetModel open = TinyModels.open(model);
                DraftModel random = TinyModels.randomDraft(open, 3)) {
            random.save(folder.resolve("draft.gguf"), DraftFileType.F32);
        }
        regenerate(model.toString(), "corpus", "a");
        regenerate(model.toString(), "held", "b");
        regenerate(model.toString(), "drawn", "c", "--temp", "1");
        String declared = """
            {"model": "%s", "corpus": "corpus", "held-back": ["held", "drawn"], "out": "out", "control": "plain", "steps": 2, "tree": "8/3/3", "chain": 3,
             "validation": 0, "prompts": "held.jsonl", "limit": 2, "max-tokens": 12,
             "arms": [{"name": "plain", "phase": 1, "from": "draft.gguf"}, {"name": "same", "phase": 1, "from": "draft.gguf"},
                      {"name": "start", "phase": 0, "from": "draft.gguf"},
                      {"name": "new", "phase": 1, "draft-vocab": 32, "init": "random"},
                      {"name": "gto", "phase": 2, "from": "draft.gguf", "reward": "exact", "group-size": 4, "group-share": 0.5, "lr": 0.01}]}
            """.formatted(model);
        Path file = Files.writeString(folder.resolve("file.json"), declared);
        CommandRun run = CommandRun.of("experiment", file.toString(), "--threads", "1");
        assertEquals(0, run.code(), run.err());
        assertEquals(3 * (1 + 1 + 5), run.out().lines().count(), run.out());
        Path results = folder.resolve("out/results.json");
        JsonNode tables = new ObjectMapper().readTree(results.toFile()).path("held_back");
        assertEquals("held, greedy", tables.get(0).path("texts").asText());
        assertEquals("drawn, sampled", tables.get(1).path("texts").asText());
        JsonNode arms = tables.get(0).path("arms");
        assertEquals("plain", arms.get(0).path("arm").asText());
        assertTrue(arms.get(0).path("tau_tree").path("value").asDouble() >= 1);
        assertEquals(
                "{\"value\":0.0,\"ci95\":[0.0,0.0]}",
                arms.get(1).path("gain_tree").toString(),
                "the control's twin");
        assertEquals(0, arms.get(2).path("steps").asInt());
        assertEquals(2, arms.get(4).path("steps").asInt());
        JsonNode decoded = new ObjectMapper()
                .readTree(results.toFile())
                .path("decoded")
                .get(0)
                .path("arms");
        assertEquals(
                "{\"value\":0.0,\"ci95\":[0.0,0.0]}",
                decoded.get(1).path("gain_chain").toString(),
                "the control's twin, decoded for real");
        assertEquals(
                2 * 2 * 5,
                Files.readAllLines(folder.resolve("out/decoded.jsonl")).size());
        String html = Files.readString(folder.resolve("out/report.html"));
        assertTrue(html.contains("Side by side") && html.contains("decoded for real"), "curves and tables");
        assertTrue(html.contains("<td>gto</td><td>--reward</td><td>exact</td><td>file file.json</td>"), html);
        String started =
                CommandRun.of("info", folder.resolve("out/arms/gto").toString()).out();
        assertTrue(
                started.contains("--lr 0.01 (file file.json)\n")
                        && started.contains("--validation 0 (file file.json)\n"),
                started);
        byte[] metrics = Files.readAllBytes(folder.resolve("out/arms/gto/metrics.jsonl"));
        byte[] before = Files.readAllBytes(results);
        Files.setLastModifiedTime(folder.resolve("out/arms/gto/held-back-held.json"), FileTime.fromMillis(0));
        CommandRun again = CommandRun.of("experiment", file.toString(), "--threads", "1");
        assertEquals(run.out(), again.out(), again.err());
        assertArrayEquals(before, Files.readAllBytes(results));
        assertArrayEquals(metrics, Files.readAllBytes(folder.resolve("out/arms/gto/metrics.jsonl")));
        assertEquals(
                0,
                Files.getLastModifiedTime(folder.resolve("out/arms/gto/held-back-held.json"))
                        .toMillis(),
                "not measured again");
        Files.writeString(file, declared.replace("\"lr\": 0.01", "\"lr\": 0.02"));
        CommandRun changed = CommandRun.of("experiment", file.toString(), "--threads", "1");
        assertEquals(1, changed.code());
        assertTrue(changed.err().contains("out/arms/gto holds a run that was started differently"), changed.err());
        assertEquals(
                2 * 2 * 5,
                Files.readAllLines(folder.resolve("out/decoded.jsonl")).size(),
                "not decoded again");
        Files.writeString(file, declared.replace("[\"held\", \"drawn\"]", "\"corpus\""));
        CommandRun trained = CommandRun.of("experiment", file.toString(), "--threads", "1");
        assertFalse(trained.code() == 0);
        assertTrue(trained.err().contains("expected texts that aren't trained on, found 'a"), trained.err());
    }

    /** Without a corpus to measure on, drafts are measured on the texts that validation holds back. */
    @Test
    void textsMayBeThoseThatValidationHoldsBack() throws IOException {
        Path model = TinyModels.target("--type", "F32", "--vocab", "64");
        regenerate(model.toString(), "corpus", "a");
        Path file = Files.writeString(folder.resolve("file.json"), """
            {"model": "%s", "corpus": "corpus", "out": "out", "control": "one", "steps": 1, "tree": "8/3/3", "validation": 0.4, "validate-every": 1,
             "defaults": {"phase": 1, "draft-vocab": 32, "init": "random"}, "arms": [{"name": "one"}, {"name": "two", "seed": 2}]}
            """.formatted(model));
        CommandRun run = CommandRun.of("experiment", file.toString(), "--threads", "1");
        assertEquals(0, run.code(), run.err());
        JsonNode results =
                new ObjectMapper().readTree(folder.resolve("out/results.json").toFile());
        int texts = results.path("held_back").get(0).path("count").asInt();
        assertTrue(texts >= 1 && texts < 6, "held back: " + texts);
        assertEquals(0, results.path("decoded").size());
        assertTrue(
                Files.readString(folder.resolve("out/arms/two/metrics.jsonl")).contains("validation"));
    }
}
