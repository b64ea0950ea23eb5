package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.AtomicFile;
import org.gto4j.model.DraftFileType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is in the place of a run's small files: an older whole one is taken, or the message names the file. */
class DamagedRunFolderTest {
    @TempDir
    Path path;

    private RunFolder open() {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("phase", 1)
                .put(RunFolder.SEQUENCES, 5)
                .put(RunFolder.TARGET, "ab")
                .put(RunFolder.VALIDATION, "0.0");
        config.set(
                "options",
                RunConfig.of(TrainingOptions.phaseOne(Budget.steps(9)).build()));
        return RunFolder.open(
                path, config, JsonNodeFactory.instance.objectNode().put("target", "a.gguf"), 2);
    }

    private void save(long step) {
        open().save(new Checkpoint(step, 1, 2, 3, 4.5), file -> AtomicFile.write(file, "weights"), null);
    }

    private void damage(String name, String content) throws IOException {
        Files.deleteIfExists(path.resolve(name));
        if (content.equals("folder")) {
            Files.createDirectories(path.resolve(name).resolve("inside"));
        } else {
            Files.write(path.resolve(name), content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "\"x\"", "{}", "{\"options\":7}", "\u0000\u0001\u00ff", "folder"})
    void aDamagedConfigurationIsTakenFromItsCopy(String content) throws IOException {
        save(4);
        damage("config.json", content);
        assertEquals(4, open().newest().orElseThrow().step());
        assertEquals(5, RunFolder.sequences(path).orElseThrow());
        damage("config.json.old", content);
        GtoException e = assertThrows(GtoException.class, this::open);
        assertTrue(
                e.getMessage()
                        .contains(
                                "config.json: expected the configuration of the run whose checkpoints are there, found a damaged file"),
                e.getMessage());
        Files.delete(path.resolve("progress-4.json"));
        assertEquals(Optional.empty(), open().newest(), "without checkpoints it is made again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[1]",
                "{}",
                "{\"epoch\":1,\"batch\":2,\"tokens\":3,\"seconds\":4.5,\"state_bytes\":\"7\",\"extra_bytes\":0}",
                "{\"epoch\":\"1\",\"batch\":2,\"tokens\":3,\"seconds\":4.5,\"state_bytes\":7,\"extra_bytes\":0}",
                "{\"epoch\":-1,\"batch\":2,\"tokens\":3,\"seconds\":4.5,\"state_bytes\":7,\"extra_bytes\":0}",
                "{\"epoch\":1,\"batch\":4000000000,\"tokens\":3,\"seconds\":4.5,\"state_bytes\":7,\"extra_bytes\":0}",
                "{\"epoch\":1,\"batch\":2,\"tokens\":3,\"seconds\":\"NaN\",\"state_bytes\":7,\"extra_bytes\":0}",
                "folder"
            })
    void ofDamagedProgressTheOlderCheckpointIsTaken(String content) throws IOException {
        save(4);
        save(6);
        damage("progress-6.json", content);
        Files.writeString(path.resolve("progress-99999999999999999999999.json"), "{}");
        assertEquals(4, open().newest().orElseThrow().step());
        for (long step = 6; step < 10; step++) {
            save(step);
        }
        assertEquals(9, open().newest().orElseThrow().step());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[1]",
                "{}",
                "{\"step\":3}",
                "{\"step\":3,\"tree\":5}",
                "{\"step\":\"3\",\"tree\":{\"tau\":2}}",
                "folder"
            })
    void aDamagedBestIsNone(String content) throws IOException {
        RunFolder folder = open();
        Files.writeString(folder.bestDraft(), "draft");
        damage("best.json", content);
        assertEquals(Optional.empty(), folder.best());
    }

    @Test
    void damagedMetricsLoseTheirDamagedLines() throws IOException {
        Files.writeString(
                path.resolve("metrics.jsonl"),
                "{\"step\":1}\n{\"step\":\"2\"}\nnull\n{\"loss\":[1]}\n\u0000\n{\"step\":2,\"validation\":7}\n{\"step\":3}\n{\"st");
        try (Metrics metrics = new Metrics(path.resolve("metrics.jsonl"), 2)) {
            assertEquals(1, metrics.validations().size());
            assertEquals(0, new BestDraft(open(), DraftFileType.F16, 0, metrics.validations()).exhausted() ? 1 : 0);
        }
        assertEquals("{\"step\":1}\n{\"step\":2,\"validation\":7}\n", Files.readString(path.resolve("metrics.jsonl")));
    }
}
