package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.RunOptions;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;
import org.gto4j.train.Validation;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are watched: what is held back, what is seen of it, and when it ends a run. */
class ValidationTest extends TinyTrainingCase {
    private static RunOptions watched(double every, int patience) {
        return RunOptions.builder()
                .validation(0.2)
                .every(every)
                .simulation(4, new DynamicTree(4, 4, 12))
                .patience(patience)
                .checkpoints(3)
                .build();
    }

    private TrainingResult watched(int phase, Path to, DraftModel draft, RunOptions options, Watcher watcher) {
        return phase == 1
                ? Trainer.run(
                        tiny.target(),
                        draft,
                        tiny.corpus(),
                        to,
                        TinyTraining.phaseOne(TinyTraining.STEPS).build(),
                        options,
                        watcher)
                : GroupTreeOptimization.run(
                        tiny.target(),
                        draft,
                        tiny.corpus(),
                        to,
                        TinyTraining.phaseTwo().build(),
                        TinyTraining.groups(),
                        options,
                        watcher);
    }

    /** Remembers what it is told; an exception after a step stands for a kill. */
    private static final class Watcher implements TrainingListener {
        final List<TrainingStep> steps = new ArrayList<>();
        final List<Validation> validations = new ArrayList<>();
        final int killedAfter;

        Watcher(int killedAfter) {
            this.killedAfter = killedAfter;
        }

        @Override
        public void onStep(TrainingStep step) {
            steps.add(step);
        }

        @Override
        public void onValidation(Validation validation) {
            validations.add(validation);
        }

        @Override
        public boolean stopRequested() {
            if (!steps.isEmpty() && steps.get(steps.size() - 1).step() == killedAfter) {
                throw new IllegalStateException("killed");
            }
            return false;
        }
    }

    /**
     * However often it looks, the weights are the same; after a kill the same validations come again, and the same best
     * draft.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void validationOnlyLooks(int phase) throws IOException {
        try (DraftModel unbroken = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel seldom = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel first = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel second = TinyModels.randomDraft(tiny.target(), 1)) {
            Watcher all = new Watcher(0);
            watched(phase, tiny.file("unbroken"), unbroken, watched(0.2, 0), all);
            watched(phase, tiny.file("seldom"), seldom, watched(1, 0), new Watcher(0));
            TinyTraining.assertSameWeights(unbroken, seldom);
            assertEquals(
                    List.of(0L, 3L, 6L, 9L, 12L, 14L),
                    all.validations.stream().map(Validation::step).toList());
            assertThrows(
                    IllegalStateException.class,
                    () -> watched(
                            phase,
                            tiny.file("broken"),
                            first,
                            watched(0.2, 0),
                            new Watcher(TinyTraining.KILLED_AFTER)));
            Watcher rest = new Watcher(0);
            watched(phase, tiny.file("broken"), second, watched(0.2, 0), rest);
            TinyTraining.assertSameWeights(unbroken, second);
            assertEquals(
                    List.of(9L, 12L, 14L),
                    rest.validations.stream().map(Validation::step).toList());
            for (int i = 0; i < 3; i++) {
                Validation expected = all.validations.get(3 + i);
                assertArrayEquals(expected.accuracy(), rest.validations.get(i).accuracy());
                assertEquals(
                        expected.tree().tau(), rest.validations.get(i).tree().tau());
                assertEquals(expected.best(), rest.validations.get(i).best());
            }
            assertEquals(
                    TinyTraining.STEPS + 6,
                    Files.readAllLines(tiny.file("broken/metrics.jsonl")).size());
            for (String file : List.of("draft.gguf", "best.gguf", "best.json")) {
                assertEquals(
                        -1,
                        Files.mismatch(
                                tiny.file("unbroken").resolve(file),
                                tiny.file("broken").resolve(file)),
                        file);
            }
            double best = all.validations.stream()
                    .mapToDouble(validation -> validation.tree().tau())
                    .max()
                    .orElseThrow();
            assertTrue(
                    best > all.validations.get(0).tree().tau() && best > 1.2,
                    "training helps on texts that it hasn't seen: " + best);
        }
    }

    @Test
    void heldBackTextsAreNotTrainedOn() {
        List<String> held = CorpusSplit.of(tiny.corpus().sequences(), 0.2).heldBack().stream()
                .map(CorpusSequence::id)
                .toList();
        assertTrue(held.size() >= 4 && held.size() < 12, held.toString());
        long tokens = tiny.corpus().sequences().stream()
                .filter(sequence -> !held.contains(sequence.id()))
                .mapToLong(CorpusSequence::responseLength)
                .sum();
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1)) {
            TrainingOptions options = TrainingOptions.phaseOne(Budget.epochs(1))
                    .rows(256)
                    .curriculum(2, 2, 0)
                    .build();
            TrainingResult result = Trainer.run(
                    tiny.target(), draft, tiny.corpus(), tiny.file("run"), options, watched(1, 0), step -> {});
            // A text's last token has no row.
            assertEquals(
                    tokens, result.tokens(), 1.1 * tiny.corpus().sequences().size());
        }
    }

    /** A learning rate that hurts: tau doesn't rise above the start's for long. */
    @Test
    void patienceEndsTheRunAndStaysSo() {
        TrainingOptions options = TinyTraining.phaseOne(400)
                .learningRate(new LearningRate(1e-9f, 0, LearningRate.Decay.CONSTANT, 0))
                .build();
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel again = TinyModels.randomDraft(tiny.target(), 1)) {
            Watcher watcher = new Watcher(0);
            TrainingResult result = Trainer.run(
                    tiny.target(), draft, tiny.corpus(), tiny.file("run"), options, watched(0.01, 3), watcher);
            assertTrue(result.complete());
            assertEquals(12, result.steps(), "three validations after the start's, each after 4 steps");
            assertTrue(watcher.validations.get(0).best() && watcher.validations.size() == 4);
            assertTrue(Files.exists(result.draft()) && Files.exists(tiny.file("run/best.gguf")));
            assertEquals(
                    12,
                    Trainer.run(
                                    tiny.target(),
                                    again,
                                    tiny.corpus(),
                                    tiny.file("run"),
                                    options,
                                    watched(0.01, 3),
                                    new Watcher(0))
                            .steps());
        }
    }

    @Test
    void anotherShareIsAnotherRun() {
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1);
                DraftModel again = TinyModels.randomDraft(tiny.target(), 1)) {
            tiny.run(1, tiny.file("run"), draft, step -> {});
            GtoException e = assertThrows(
                    GtoException.class, () -> watched(1, tiny.file("run"), again, watched(1, 0), new Watcher(0)));
            assertTrue(e.getMessage().contains("validation: expected \"0.0\", found \"0.2\""), e.getMessage());
        }
    }
}
