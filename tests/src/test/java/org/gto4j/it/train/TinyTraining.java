package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.tree.DynamicTree;

/**
 * Both phases on a tiny random target that writes its own text: what the target says is a function of its features, so
 * a draft can learn it.
 *
 * @param folder of the corpus and of runs
 */
record TinyTraining(Path folder, TargetModel target, Corpus corpus) implements AutoCloseable {
    static final int STEPS = 14;
    /** The last checkpoint before it is that of step 8. */
    static final int KILLED_AFTER = 9;

    static TinyTraining in(Path folder) {
        TargetModel target = TinyModels.open("--type", "F32", "--vocab", "64");
        return new TinyTraining(folder, target, TinyCorpus.sampled(folder.resolve("corpus"), target, 24, 40, 0.7f));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    static TrainingOptions.Builder phaseOne(int steps) {
        return TrainingOptions.phaseOne(Budget.steps(steps))
                .rows(256)
                .learningRate(LearningRate.cosine(1e-2f))
                .curriculum(2, 4, 0.3)
                .checkpoints(4, 0);
    }

    static TrainingOptions.Builder phaseTwo() {
        return TrainingOptions.phaseTwo(Budget.steps(STEPS))
                .rows(200)
                .accumulation(2)
                .curriculum(4, 4, 0)
                .keepTopK(6)
                .learningRate(LearningRate.cosine(1e-3f))
                .checkpoints(4, 0);
    }

    static GroupOptions groups() {
        return GroupOptions.builder()
                .tree(new DynamicTree(4, 4, 12))
                .groups(4, 0.25)
                .density(0.25)
                .build();
    }

    /** {@link #STEPS} steps of a phase. */
    TrainingResult run(int phase, Path to, DraftModel draft, TrainingListener listener) {
        return phase == 1
                ? Trainer.run(target, draft, corpus, to, phaseOne(STEPS).build(), listener)
                : GroupTreeOptimization.run(
                        target, draft, corpus, to, phaseTwo().build(), groups(), listener);
    }

    static void assertSameWeights(DraftModel expected, DraftModel found) {
        for (String name : expected.tensorNames()) {
            assertArrayEquals(expected.tensor(name), found.tensor(name), name);
        }
    }

    @Override
    public void close() {
        corpus.close();
        target.close();
    }
}
