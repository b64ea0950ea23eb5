package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.AtomicFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path path;

    private static ObjectNode config(TrainingOptions options) {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("phase", 1)
                .put(RunFolder.TARGET, "ab")
                .put(RunFolder.VALIDATION, "0.0");
        config.set("options", RunConfig.of(options));
        return config;
    }

    private RunFolder open(int kept, TrainingOptions options) {
        return RunFolder.open(
                path,
                config(options),
                JsonNodeFactory.instance.objectNode().put("target", "a.gguf").put("threads", 2),
                kept);
    }

    private RunFolder folder() {
        return open(2, TrainingOptions.phaseOne(Budget.steps(9)).build());
    }

    private static void save(RunFolder folder, long step) {
        folder.save(
                new Checkpoint(step, 1, 2, 3, 4.5),
                file -> AtomicFile.write(file, "weights"),
                step % 2 == 0 ? file -> AtomicFile.write(file, "x") : null);
    }

    @Test
    void newestOfTheLastTwo() {
        RunFolder folder = folder();
        assertEquals(Optional.empty(), folder.newest());
        for (int step = 8; step <= 12; step++) {
            save(folder, step);
        }
        assertEquals(Optional.of(new Checkpoint(12, 1, 2, 3, 4.5)), folder().newest());
        assertTrue(Files.exists(folder.state(11)));
        assertFalse(Files.exists(folder.state(10)));
        assertFalse(Files.exists(folder.extra(10)));
    }

    @Test
    void asManyCheckpointsAsAsked() {
        RunFolder folder = open(4, TrainingOptions.phaseOne(Budget.steps(9)).build());
        for (int step = 1; step <= 9; step++) {
            save(folder, step);
        }
        assertTrue(Files.exists(folder.state(6)));
        assertFalse(Files.exists(folder.state(5)));
    }

    @Test
    void aRunOfAnotherTargetIsRefusedByItsName() throws IOException {
        folder();
        ObjectNode other =
                config(TrainingOptions.phaseOne(Budget.steps(9)).build()).put(RunFolder.TARGET, "cd");
        GtoException e = assertThrows(
                GtoException.class,
                () -> RunFolder.open(
                        path, other, JsonNodeFactory.instance.objectNode().put("target", "b.gguf"), 2));
        assertTrue(e.getMessage().contains("a.gguf") && e.getMessage().contains("b.gguf"), e.getMessage());
        assertTrue(Files.readString(path.resolve("config.json")).contains("\"threads\" : 2"));
    }

    @Test
    void incompleteCheckpointsDoNotCount() throws IOException {
        RunFolder folder = folder();
        save(folder, 4);
        save(folder, 6);
        Files.writeString(folder.state(8), "written, but not committed");
        assertEquals(6, folder.newest().orElseThrow().step());
        Files.writeString(folder.state(6), "torn");
        assertEquals(4, folder.newest().orElseThrow().step());
        Files.delete(folder.extra(4));
        assertEquals(Optional.empty(), folder.newest());
    }

    @Test
    void aRunIsResumedWhoeverSetsItsValues() throws IOException {
        ObjectNode config = config(TrainingOptions.phaseOne(Budget.steps(9)).build());
        ObjectNode environment = JsonNodeFactory.instance.objectNode().put("target", "a.gguf");
        ObjectNode first = config.deepCopy();
        first.putObject(RunFolder.SET_BY).put("rows", "default").put("lr", "command line");
        first.putObject(RunFolder.CHANGED).put("lr", "0.01");
        RunFolder.open(path, first, environment, 2);
        ObjectNode again = config.deepCopy();
        again.putObject(RunFolder.SET_BY).put("rows", "command line");
        again.putObject(RunFolder.CHANGED);
        RunFolder.open(path, again, environment, 2);
        RunFolder.open(path, config, environment, 2);
        assertTrue(Files.readString(path.resolve("config.json")).contains("\"lr\" : \"command line\""));
    }

    @Test
    void anotherConfigurationIsRefusedByTheNameOfItsField() {
        folder();
        GtoException e = assertThrows(
                GtoException.class,
                () -> open(
                        2,
                        TrainingOptions.phaseOne(Budget.steps(8))
                                .learningRate(LearningRate.cosine(0.5f))
                                .build()));
        assertTrue(
                e.getMessage().contains("options.learningRate.peak: expected \"0.001\", found \"0.5\"")
                        && e.getMessage().contains("options.budget.amount: expected \"9.0\", found \"8.0\""),
                e.getMessage());
    }

    @Test
    void metricsLoseTheStepsThatAreMadeAgain() throws IOException {
        Path file = path.resolve("metrics.jsonl");
        try (Metrics metrics = new Metrics(file, 0)) {
            for (int step = 1; step <= 5; step++) {
                metrics.write(step(step));
            }
        }
        try (Metrics metrics = new Metrics(file, 3)) {
            metrics.write(step(4));
        }
        assertEquals(4, Files.readAllLines(file).size());
        assertTrue(Files.readAllLines(file).get(3).contains("\"step\":4,")
                && Files.readString(file).contains("\"loss\":[1.5,null]"));
    }

    private static TrainingStep step(int number) {
        return new TrainingStep(
                number,
                9,
                0.5,
                100,
                0.9,
                new double[] {1.5, Double.NaN},
                new double[] {0.3, Double.NaN},
                new double[] {0.5, Double.NaN},
                new double[] {1, Double.NaN},
                2,
                1e-3,
                50,
                7,
                Map.of("reward", 1.0));
    }
}
