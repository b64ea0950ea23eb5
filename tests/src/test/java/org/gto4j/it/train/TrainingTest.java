package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.gto4j.DraftModel;
import org.gto4j.GtoException;
import org.gto4j.TargetModel;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.it.support.TinyModels;
import org.gto4j.train.Budget;
import org.gto4j.train.GroupOptions;
import org.gto4j.train.GroupTreeOptimization;
import org.gto4j.train.LearningRate;
import org.gto4j.train.RunOptions;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;
import org.gto4j.train.Validation;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both phases on a tiny random target that writes its own text: what the target says is a function of its features, so a draft can learn it. */
class TrainingTest {
    private static final int STEPS = 14;
    private static final int KILLED_AFTER = 9;

    @TempDir
    Path folder;
    private TargetModel target;
    private Corpus corpus;

    @BeforeEach
    void write() {
        target = TinyModels.open("--type", "F32", "--vocab", "64");
        corpus = TinyCorpus.sampled(folder.resolve("corpus"), target, 24, 40, 0.7f);
    }

    @AfterEach
    void close() {
        corpus.close();
        target.close();
    }

    private TrainingOptions.Builder phaseOne(int steps) {
        return TrainingOptions.phaseOne(Budget.steps(steps)).rows(256).learningRate(LearningRate.cosine(1e-2f)).curriculum(2, 4, 0.3).checkpoints(4, 0);
    }

    private static GroupOptions groups() {
        return GroupOptions.builder().tree(new DynamicTree(4, 4, 12)).groups(4, 0.25).build();
    }

    private static TrainingOptions phaseTwo() {
        return TrainingOptions.phaseTwo(Budget.steps(STEPS)).rows(200).accumulation(2).curriculum(4, 4, 0).keepTopK(6)
            .learningRate(LearningRate.cosine(1e-3f)).checkpoints(4, 0).build();
    }

    private TrainingResult run(int phase, Path to, DraftModel draft, TrainingListener listener) {
        return phase == 1 ? Trainer.run(target, draft, corpus, to, phaseOne(STEPS).build(), listener)
            : GroupTreeOptimization.run(target, draft, corpus, to, phaseTwo(), groups(), listener);
    }

    private static void assertSameWeights(DraftModel expected, DraftModel found) {
        for (String name : expected.tensorNames()) {
            assertArrayEquals(expected.tensor(name), found.tensor(name), name);
        }
    }

    @Test
    void lossFallsAndAccuracyRises() throws IOException {
        List<TrainingStep> steps = new ArrayList<>();
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            TrainingResult result = Trainer.run(target, draft, corpus, folder.resolve("run"), phaseOne(160).curriculum(4, 4, 0).keepTopK(0).build(), steps::add);
            assertTrue(result.complete());
            assertEquals(160, result.steps());
            try (DraftModel saved = DraftModel.load(target, result.draft())) {
                for (String name : draft.tensorNames()) {
                    // The file holds fc with the inputs' scale in it: taking it out again rounds once.
                    assertArrayEquals(draft.tensor(name), saved.tensor(name), name.startsWith("fc") ? 1e-6f : 0, name);
                }
            }
        }
        for (int pass = 0; pass < 4; pass++) {
            int j = pass;
            double before = steps.subList(0, 8).stream().mapToDouble(s -> s.loss()[j]).average().orElseThrow();
            double after = steps.subList(152, 160).stream().mapToDouble(s -> s.loss()[j]).average().orElseThrow();
            assertTrue(after < 0.9 * before, "pass " + j + ": loss " + before + " -> " + after);
        }
        double before = steps.subList(0, 8).stream().mapToDouble(s -> s.accuracy()[0]).average().orElseThrow();
        double after = steps.subList(152, 160).stream().mapToDouble(s -> s.accuracy()[0]).average().orElseThrow();
        assertTrue(after > before + 0.1, "accuracy " + before + " -> " + after);
        assertEquals(160, Files.readAllLines(folder.resolve("run/metrics.jsonl")).size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aKilledAndResumedRunEndsWithTheSameWeights(int phase) throws IOException {
        try (DraftModel unbroken = TinyModels.randomDraft(target, 1); DraftModel first = TinyModels.randomDraft(target, 1);
                DraftModel second = TinyModels.randomDraft(target, 1)) {
            List<TrainingStep> steps = new ArrayList<>();
            run(phase, folder.resolve("unbroken"), unbroken, steps::add);
            assertThrows(IllegalStateException.class, () -> run(phase, folder.resolve("broken"), first, step -> {
                if (step.step() == KILLED_AFTER) {
                    throw new IllegalStateException("killed");
                }
            }));
            List<TrainingStep> rest = new ArrayList<>();
            TrainingResult result = run(phase, folder.resolve("broken"), second, rest::add);
            assertTrue(result.complete());
            assertEquals(9, rest.get(0).step(), "goes on after the checkpoint of step 8");
            assertSameWeights(unbroken, second);
            assertEquals(STEPS, Files.readAllLines(folder.resolve("broken/metrics.jsonl")).size());
            for (TrainingStep step : rest) {
                TrainingStep same = steps.get((int) step.step() - 1);
                assertArrayEquals(same.loss(), step.loss());
                assertEquals(same.learningRate(), step.learningRate());
                if (phase == 2) {
                    assertEquals(same.policy().get("reward"), step.policy().get("reward"));
                }
            }
            assertArrayEquals(Files.readAllBytes(folder.resolve("unbroken/draft.gguf")), Files.readAllBytes(folder.resolve("broken/draft.gguf")));
        }
    }

    @Test
    void phaseTwoReportsWhatItDid() {
        List<TrainingStep> steps = new ArrayList<>();
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            Trainer.run(target, draft, corpus, folder.resolve("one"), phaseOne(80).build(), step -> { });
            run(2, folder.resolve("two"), draft, steps::add);
        }
        assertEquals(0, steps.get(0).policy().get("abs_reward_difference"), 1e-6, "before the first update the draft is its own reference");
        TrainingStep last = steps.get(STEPS - 1);
        assertTrue(last.policy().get("abs_reward_difference") > 0);
        assertTrue(last.policy().get("reward") > 0);
        assertTrue(last.policy().get("accepted_length") > 0, "a trained draft's trees hold the text: " + last.policy());
        assertTrue(last.policy().get("nodes_scored") <= last.policy().get("nodes_distinct"));
        assertTrue(last.policy().get("nodes_distinct") < last.policy().get("nodes_naive"));
    }

    @Test
    void aListenerCanStopARunAndItGoesOn() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1); DraftModel again = TinyModels.randomDraft(target, 1)) {
            TrainingResult stopped = run(1, folder.resolve("run"), draft, new TrainingListener() {
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
            assertTrue(run(1, folder.resolve("run"), again, rest::add).complete());
            assertEquals(STEPS - 3, rest.size());
        }
    }

    private static RunOptions watched(double every, int patience) {
        return RunOptions.builder().validation(0.2).every(every).simulation(4, new DynamicTree(4, 4, 12)).patience(patience).checkpoints(3).build();
    }

    private TrainingResult watched(int phase, Path to, DraftModel draft, RunOptions options, Watcher watcher) {
        return phase == 1 ? Trainer.run(target, draft, corpus, to, phaseOne(STEPS).build(), options, watcher)
            : GroupTreeOptimization.run(target, draft, corpus, to, phaseTwo(), groups(), options, watcher);
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

    /** However often it looks, the weights are the same; after a kill the same validations come again, and the same best draft. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void validationOnlyLooks(int phase) throws IOException {
        try (DraftModel unbroken = TinyModels.randomDraft(target, 1); DraftModel seldom = TinyModels.randomDraft(target, 1);
                DraftModel first = TinyModels.randomDraft(target, 1); DraftModel second = TinyModels.randomDraft(target, 1)) {
            Watcher all = new Watcher(0);
            watched(phase, folder.resolve("unbroken"), unbroken, watched(0.2, 0), all);
            watched(phase, folder.resolve("seldom"), seldom, watched(1, 0), new Watcher(0));
            assertSameWeights(unbroken, seldom);
            assertEquals(List.of(0L, 3L, 6L, 9L, 12L, 14L), all.validations.stream().map(Validation::step).toList());
            assertThrows(IllegalStateException.class, () -> watched(phase, folder.resolve("broken"), first, watched(0.2, 0), new Watcher(KILLED_AFTER)));
            Watcher rest = new Watcher(0);
            watched(phase, folder.resolve("broken"), second, watched(0.2, 0), rest);
            assertSameWeights(unbroken, second);
            assertEquals(List.of(9L, 12L, 14L), rest.validations.stream().map(Validation::step).toList());
            for (int i = 0; i < 3; i++) {
                Validation expected = all.validations.get(3 + i);
                assertArrayEquals(expected.accuracy(), rest.validations.get(i).accuracy());
                assertEquals(expected.tree().tau(), rest.validations.get(i).tree().tau());
                assertEquals(expected.best(), rest.validations.get(i).best());
            }
            assertEquals(STEPS + 6, Files.readAllLines(folder.resolve("broken/metrics.jsonl")).size());
            for (String file : List.of("draft.gguf", "best.gguf", "best.json")) {
                assertEquals(-1, Files.mismatch(folder.resolve("unbroken").resolve(file), folder.resolve("broken").resolve(file)), file);
            }
            double best = all.validations.stream().mapToDouble(validation -> validation.tree().tau()).max().orElseThrow();
            assertTrue(best > all.validations.get(0).tree().tau() && best > 1.2, "training helps on texts that it hasn't seen: " + best);
        }
    }

    @Test
    void heldBackTextsAreNotTrainedOn() {
        List<String> held = CorpusSplit.of(corpus.sequences(), 0.2).heldBack().stream().map(CorpusSequence::id).toList();
        assertTrue(held.size() >= 4 && held.size() < 12, held.toString());
        long tokens = corpus.sequences().stream().filter(sequence -> !held.contains(sequence.id())).mapToLong(CorpusSequence::responseLength).sum();
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            TrainingOptions options = TrainingOptions.phaseOne(Budget.epochs(1)).rows(256).curriculum(2, 2, 0).build();
            TrainingResult result = Trainer.run(target, draft, corpus, folder.resolve("run"), options, watched(1, 0), step -> { });
            // A text's last token has no row.
            assertEquals(tokens, result.tokens(), 1.1 * corpus.sequences().size());
        }
    }

    /** A learning rate that hurts: tau doesn't rise above the start's for long. */
    @Test
    void patienceEndsTheRunAndStaysSo() {
        TrainingOptions options = phaseOne(400).learningRate(new LearningRate(1e-9f, 0, LearningRate.Decay.CONSTANT, 0)).build();
        try (DraftModel draft = TinyModels.randomDraft(target, 1); DraftModel again = TinyModels.randomDraft(target, 1)) {
            Watcher watcher = new Watcher(0);
            TrainingResult result = Trainer.run(target, draft, corpus, folder.resolve("run"), options, watched(0.01, 3), watcher);
            assertTrue(result.complete());
            assertEquals(12, result.steps(), "three validations after the start's, each after 4 steps");
            assertTrue(watcher.validations.get(0).best() && watcher.validations.size() == 4);
            assertTrue(Files.exists(result.draft()) && Files.exists(folder.resolve("run/best.gguf")));
            assertEquals(12, Trainer.run(target, again, corpus, folder.resolve("run"), options, watched(0.01, 3), new Watcher(0)).steps());
        }
    }

    @Test
    void anotherShareIsAnotherRun() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1); DraftModel again = TinyModels.randomDraft(target, 1)) {
            run(1, folder.resolve("run"), draft, step -> { });
            GtoException e = assertThrows(GtoException.class, () -> watched(1, folder.resolve("run"), again, watched(1, 0), new Watcher(0)));
            assertTrue(e.getMessage().contains("validation: expected \"0.0\", found \"0.2\""), e.getMessage());
        }
    }

    @Test
    void anotherStartIsRefused() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1); DraftModel other = TinyModels.randomDraft(target, 2)) {
            run(1, folder.resolve("run"), draft, step -> { });
            GtoException e = assertThrows(GtoException.class, () -> run(1, folder.resolve("run"), other, step -> { }));
            assertTrue(e.getMessage().contains("draft: expected"), e.getMessage());
        }
    }

    @Test
    void numbersThatAreNotFiniteStopTheRunAndNameTheBatch() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            String name = draft.tensorNames().stream().filter(one -> one.contains("ffn_down")).findFirst().orElseThrow();
            GtoException e = assertThrows(GtoException.class, () -> run(1, folder.resolve("run"), draft, step -> {
                if (step.step() == 5) {
                    float[] broken = draft.tensor(name);
                    Arrays.fill(broken, Float.NaN);
                    draft.setTensor(name, broken);
                }
            }));
            assertEquals(GtoException.Kind.NUMERIC, e.kind());
            assertTrue(e.getMessage().contains("step 6, micro-batch") && e.getMessage().contains("sequences p") && e.getMessage().contains("after step 4"),
                e.getMessage());
        }
        List<TrainingStep> rest = new ArrayList<>();
        try (DraftModel again = TinyModels.randomDraft(target, 1)) {
            assertTrue(run(1, folder.resolve("run"), again, rest::add).complete(), "the last good state goes on");
            assertEquals(5, rest.get(0).step());
        }
    }
}
