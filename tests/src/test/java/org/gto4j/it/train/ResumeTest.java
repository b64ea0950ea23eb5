package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that were killed, stopped or broken go on where they were, and only as what they were. */
class ResumeTest extends TinyTrainingCase {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aKilledAndResumedRunEndsWithTheSameWeights(int phase) throws IOException {
        try (DraftModel unbroken = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel first = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel second = TinyModels.randomDraft(tiny.target(), 1)) {
            List<TrainingStep> steps = new ArrayList<>();
            tiny.run(phase, tiny.file("unbroken"), unbroken, steps::add);
            assertThrows(
                    IllegalStateException.class,
                    () -> tiny.run(phase, tiny.file("broken"), first, step -> {
                        if (step.step() == TinyTraining.KILLED_AFTER) {
                            throw new IllegalStateException("killed");
                        }
                    }));
            List<TrainingStep> rest = new ArrayList<>();
            TrainingResult result = tiny.run(phase, tiny.file("broken"), second, rest::add);
            assertTrue(result.complete());
            assertEquals(9, rest.get(0).step(), "goes on after the checkpoint of step 8");
            TinyTraining.assertSameWeights(unbroken, second);
            assertEquals(
                    TinyTraining.STEPS,
                    Files.readAllLines(tiny.file("broken/metrics.jsonl")).size());
            for (TrainingStep step : rest) {
                TrainingStep same = steps.get((int) step.step() - 1);
                assertArrayEquals(same.loss(), step.loss());
                assertEquals(same.learningRate(), step.learningRate());
                if (phase == 2) {
                    assertEquals(same.policy().get("reward"), step.policy().get("reward"));
                }
            }
            assertArrayEquals(
                    Files.readAllBytes(tiny.file("unbroken/draft.gguf")),
                    Files.readAllBytes(tiny.file("broken/draft.gguf")));
        }
    }

    @Test
    void aListenerCanStopARunAndItGoesOn() {
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel again = TinyModels.randomDraft(tiny.target(), 1)) {
            TrainingResult stopped = tiny.run(1, tiny.file("run"), draft, new TrainingListener() {
                private long step;

                @Override
                public void onStep(TrainingStep done) {
                    step = done.step();
                }

                @Override
                public boolean stopRequested() {
                    return step == 3;
                }
            });
            assertFalse(stopped.complete());
            assertEquals(3, stopped.steps());
            assertFalse(Files.exists(stopped.draft()));
            List<TrainingStep> rest = new ArrayList<>();
            assertTrue(tiny.run(1, tiny.file("run"), again, rest::add).complete());
            assertEquals(TinyTraining.STEPS - 3, rest.size());
        }
    }

    @Test
    void anotherStartIsRefused() {
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel other = TinyModels.randomDraft(tiny.target(), 2)) {
            tiny.run(1, tiny.file("run"), draft, step -> {});
            GtoException e = assertThrows(GtoException.class, () -> tiny.run(1, tiny.file("run"), other, step -> {}));
            assertTrue(e.getMessage().contains("draft: expected"), e.getMessage());
        }
    }

    @Test
    void numbersThatAreNotFiniteStopTheRunAndNameTheBatch() {
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1)) {
            String name = draft.tensorNames().stream()
                    .filter(one -> one.contains("ffn_down"))
                    .findFirst()
                    .orElseThrow();
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> tiny.run(1, tiny.file("run"), draft, step -> {
                        if (step.step() == 5) {
                            float[] broken = draft.tensor(name);
                            Arrays.fill(broken, Float.NaN);
                            draft.setTensor(name, broken);
                        }
                    }));
            assertEquals(GtoException.Kind.NUMERIC, e.kind());
            assertTrue(
                    e.getMessage().contains("step 6, micro-batch")
                            && e.getMessage().contains("sequences p")
                            && e.getMessage().contains("after step 4"),
                    e.getMessage());
        }
        List<TrainingStep> rest = new ArrayList<>();
        try (DraftModel again = TinyModels.randomDraft(tiny.target(), 1)) {
            assertTrue(tiny.run(1, tiny.file("run"), again, rest::add).complete(), "the last good state goes on");
            assertEquals(5, rest.get(0).step());
        }
    }

    /** What the newest checkpoint was can be made again from the one before it. */
    @ParameterizedTest
    @ValueSource(strings = {"state-9.bin", "extra-9.bin", "progress-9.json"})
    void ofADamagedCheckpointTheOlderOneIsTaken(String name) throws IOException {
        try (DraftModel unbroken = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel first = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel second = TinyModels.randomDraft(tiny.target(), 1)) {
            tiny.run(2, tiny.file("unbroken"), unbroken, step -> {});
            tiny.run(2, tiny.file("broken"), first, stopAfter(9));
            byte[] whole = Files.readAllBytes(tiny.file("broken/" + name));
            whole[whole.length / 2] ^= 4;
            Files.write(
                    tiny.file("broken/" + name),
                    name.startsWith("state") ? whole : Arrays.copyOf(whole, whole.length / 2));
            List<TrainingStep> rest = new ArrayList<>();
            assertTrue(tiny.run(2, tiny.file("broken"), second, rest::add).complete());
            assertEquals(9, rest.get(0).step(), "goes on after the checkpoint of step 8");
            TinyTraining.assertSameWeights(unbroken, second);
            assertEquals(
                    TinyTraining.STEPS,
                    Files.readAllLines(tiny.file("broken/metrics.jsonl")).size());
        }
    }

    @Test
    void withoutACheckpointThatCanBeReadPhaseOneStartsAnew() throws IOException {
        try (DraftModel unbroken = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel first = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel second = TinyModels.randomDraft(tiny.target(), 1)) {
            tiny.run(1, tiny.file("unbroken"), unbroken, step -> {});
            tiny.run(1, tiny.file("broken"), first, stopAfter(9));
            for (String name : List.of("state-8.bin", "state-9.bin")) {
                byte[] whole = Files.readAllBytes(tiny.file("broken/" + name));
                whole[100] ^= 1;
                Files.write(tiny.file("broken/" + name), whole);
            }
            List<TrainingStep> rest = new ArrayList<>();
            assertTrue(tiny.run(1, tiny.file("broken"), second, rest::add).complete());
            assertEquals(1, rest.get(0).step());
            TinyTraining.assertSameWeights(unbroken, second);
        }
    }

    @Test
    void aSecondOwnerOfARunIsRefusedByTheNameOfTheFirst() {
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel other = TinyModels.randomDraft(tiny.target(), 1)) {
            List<String> refused = new ArrayList<>();
            tiny.run(1, tiny.file("run"), draft, step -> {
                GtoException e =
                        assertThrows(GtoException.class, () -> tiny.run(1, tiny.file("run"), other, ignored -> {}));
                refused.add(e.getMessage());
            });
            assertEquals(TinyTraining.STEPS, refused.size());
            assertTrue(
                    refused.get(0)
                                    .contains("in use by process "
                                            + ProcessHandle.current().pid())
                            && refused.get(0).contains("(training, phase 1, since "),
                    refused.get(0));
        }
    }

    private static TrainingListener stopAfter(long last) {
        return new TrainingListener() {
            private long step;

            @Override
            public void onStep(TrainingStep done) {
                step = done.step();
            }

            @Override
            public boolean stopRequested() {
                return step == last;
            }
        };
    }
}
