package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training processes are killed (SIGKILL) at random moments: while they start, train, write metrics, checkpoints or the
 * best draft. Each next one goes on, no file is ever unreadable, and the last one's result is the unbroken run's.
 * System property gto4j.kills: how often, both phases together (default 5).
 */
class KillTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KILLS = (Integer.getInteger("gto4j.kills", 5) + 1) / 2;
    private static final int STEPS_EACH = 12;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(20261125);

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsKilledGoesOnAsIfItWerent(int phase) throws Exception {
        Path model = TinyModels.target("--type", "F32", "--vocab", "64");
        Path start = folder.resolve("start.gguf");
        Path unbroken = folder.resolve("unbroken");
        Path killed = folder.resolve("killed");
        int steps = STEPS_EACH * (KILLS + 1);
        try (TargetModel target = TinyModels.open(model);
                DraftModel draft = TinyModels.randomDraft(target, 1)) {
            draft.save(start, DraftFileType.F32);
            TinyCorpus.sampled(folder.resolve("corpus"), target, 16, 24, 0.7f).close();
            KilledRun.train(phase, target, start, folder.resolve("corpus"), unbroken, steps, step -> {});
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = start(phase, model, start, killed, steps);
                runFor(process);
                assertTrue(
                        process.isAlive(),
                        "a process ended before it was killed, see " + folder.resolve("log.txt") + ":\n" + log());
                process.destroyForcibly().waitFor();
                checkFiles(target, killed);
            }
            Process last = start(phase, model, start, killed, steps);
            last.getInputStream().readAllBytes();
            assertEquals(0, last.waitFor(), log());
        }
        for (String file : List.of("draft.gguf", "best.gguf", "best.json")) {
            assertArrayEquals(
                    Files.readAllBytes(unbroken.resolve(file)), Files.readAllBytes(killed.resolve(file)), file);
        }
        try (Stream<Path> files = Files.list(killed)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().contains(".tmp"))
                            .toList(),
                    "what kills left is swept");
        }
        assertEquals(
                Files.readAllLines(unbroken.resolve("metrics.jsonl")).size(),
                Files.readAllLines(killed.resolve("metrics.jsonl")).size());
    }

    private Process start(int phase, Path model, Path start, Path run, int steps) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRun.class.getName(),
                        Integer.toString(phase),
                        model.toString(),
                        start.toString(),
                        folder.resolve("corpus").toString(),
                        run.toString(),
                        Integer.toString(steps))
                .redirectError(folder.resolve("log.txt").toFile())
                .start();
    }

    /** Some steps and a moment; now and then hardly as long as it takes to start. */
    private void runFor(Process process) throws IOException, InterruptedException {
        if (random.nextInt(6) > 0) {
            BufferedReader lines = process.inputReader();
            int left = random.nextInt(1, STEPS_EACH);
            while (left > 0 && lines.readLine() != null) {
                left--;
            }
        } else {
            Thread.sleep(random.nextInt(600));
        }
        Thread.sleep(random.nextInt(12));
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log.txt"));
    }

    /** All but temporary files and states, which the next process reads itself. */
    private static void checkFiles(TargetModel target, Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return;
        }
        try (Stream<Path> files = Files.list(run)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".json")) {
                    assertTrue(JSON.readTree(file.toFile()).isObject(), name);
                } else if (name.endsWith(".gguf")) {
                    DraftModel.load(target, file).close();
                } else if (name.equals("metrics.jsonl")) {
                    // A last line without its newline isn't written yet.
                    String whole = Files.readString(file);
                    for (String line : whole.substring(0, whole.lastIndexOf('\n') + 1)
                            .lines()
                            .toList()) {
                        assertTrue(JSON.readTree(line).isObject(), line);
                    }
                }
            }
        }
    }
}
