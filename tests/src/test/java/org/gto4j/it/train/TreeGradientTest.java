package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.gto.Forest;
import org.gto4j.gto.TreeGradient;
import org.gto4j.gto.TreeGradientOptions;
import org.gto4j.gto.TreeGradientTerm;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.LoadedSequence;
import org.gto4j.train.MicroBatch;
import org.gto4j.train.RunOptions;
import org.gto4j.train.SequenceLoader;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingStep;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree gradient on texts of a tiny target, from trees to the reward after a step. */
class TreeGradientTest {
    private static final DynamicTree TREE = new DynamicTree(4, 4, 8);
    private static final float EPSILON = 1e4f;

    @TempDir
    Path folder;

    private TargetModel target;
    private Corpus corpus;
    private DraftModel draft;

    @BeforeEach
    void write() {
        target = TinyModels.open("--type", "F32", "--vocab", "64");
        corpus = TinyCorpus.sampled(folder.resolve("corpus"), target, 16, 40, 0.7f);
        draft = TinyModels.randomDraft(target, 1);
        Trainer.run(
                target,
                draft,
                corpus,
                folder.resolve("one"),
                TrainingOptions.phaseOne(Budget.steps(60))
                        .rows(256)
                        .learningRate(LearningRate.cosine(1e-2f))
                        .curriculum(2, 3, 0.3)
                        .build(),
                step -> {});
    }

    @AfterEach
    void close() {
        draft.close();
        corpus.close();
        target.close();
    }

    /** All positions of all texts, and nothing given up. */
    private static TreeGradientOptions.Builder everywhere() {
        return TreeGradientOptions.builder()
                .tree(TREE)
                .candidates(3)
                .groupSize(2)
                .share(1)
                .threshold(0)
                .omega(1);
    }

    /** Mean rewards of all texts' trees, exact and smooth, before and after a step along the tree gradient alone. */
    private record Change(double[] before, double[] after, double expected) {
        double exact() {
            return after[0] - before[0];
        }

        double soft() {
            return after[1] - before[1];
        }
    }

    private Change step(TreeGradientOptions options, float rate, int count) {
        TrainingOptions training = TrainingOptions.phaseTwo(Budget.steps(1)).build();
        List<CorpusSequence> texts = corpus.sequences().subList(0, count);
        int longest = texts.stream().mapToInt(CorpusSequence::length).max().orElseThrow();
        // With so large an epsilon AdamW's first step is rate / epsilon times the gradient.
        AdamW plain = AdamW.builder().precision(Precision.F32).epsilon(EPSILON).build();
        try (DraftModel moved = draft.copy();
                TreeGradientTerm term = new TreeGradientTerm(target, moved, options, longest, Precision.F32, 1);
                DraftTrainer trainer = DraftTrainer.open(target, moved, plain);
                SequenceLoader loader = new SequenceLoader(target, corpus, texts)) {
            List<LoadedSequence> loaded =
                    loader.load(IntStream.range(0, texts.size()).toArray());
            double[] before = rewards(term, loaded);
            MicroBatch.accumulate(
                    trainer, loaded, term.weights(loaded, 0, training.passes(), 1), training.passes(), training, 0);
            double norm = trainer.step(rate * EPSILON, 0);
            double expected = rate * norm * norm / options.omega();
            return new Change(before, rewards(term, loaded), expected);
        }
    }

    private static double[] rewards(TreeGradientTerm term, List<LoadedSequence> loaded) {
        double[] sums = new double[2];
        int positions = 0;
        for (LoadedSequence one : loaded) {
            CorpusSequence text = one.sequence();
            int[] rows = text.responses().stream()
                    .flatMapToInt(span -> IntStream.range(span.start() - 1, span.end() - 2))
                    .toArray();
            for (double[] pair : rows.length == 0 ? new double[0][] : term.rewards(one, rows)) {
                sums[0] += pair[0];
                sums[1] += pair[1];
                positions++;
            }
        }
        return new double[] {sums[0] / positions, sums[1] / positions};
    }

    /**
     * To first order the smooth reward rises by the rate times the gradient's square: the whole way is differentiated.
     * Two levels of all that the draft can say are candidates, so that none comes or goes.
     */
    @Test
    void aSmallStepChangesTheSmoothRewardByWhatTheGradientSays() {
        int vocabulary = draft.info().draftVocabulary();
        DynamicTree two = new DynamicTree(2, vocabulary, 8);
        TreeGradientOptions.Builder all = everywhere().tree(two).candidates(vocabulary * (vocabulary + 1) / 8.0);
        for (double omega : new double[] {1, -1}) {
            Change change = step(all.omega(omega).build(), 0.1f, 3);
            assertTrue(Math.abs(change.expected()) > 1e-4, "expected " + change.expected());
            assertEquals(change.expected(), change.soft(), 0.1 * Math.abs(change.expected()), "omega " + omega);
        }
    }

    @Test
    void aStepRaisesTheExactLengthAndTheStepBackLowersIt() {
        Change up = step(everywhere().build(), 0.3f, corpus.sequences().size());
        Change down =
                step(everywhere().omega(-1).build(), 0.3f, corpus.sequences().size());
        assertTrue(up.soft() > 0 && up.exact() > 0, "up by " + up.soft() + ", exact " + up.exact());
        assertTrue(down.soft() < 0 && down.exact() < 0, "up by " + down.soft() + ", exact " + down.exact());
    }

    /** The candidates' best nodes are the tree that is decoded with. */
    @Test
    void candidatesHoldTheTree() {
        TreeGradientOptions options = everywhere().build();
        int longest = IntStream.range(0, corpus.sequences().size())
                .reduce((a, b) -> length(a) < length(b) ? b : a)
                .orElseThrow();
        CorpusSequence text = corpus.sequences().get(longest);
        try (Forest small = new Forest(draft, TREE, 128, Precision.F32);
                Forest large = new Forest(draft, options.candidateTree(), 128, Precision.F32);
                SequenceLoader loader = new SequenceLoader(target, corpus, corpus.sequences())) {
            LoadedSequence loaded = loader.load(new int[] {longest}).get(0);
            int[] rows = IntStream.range(text.promptLength(), text.length() - 3).toArray();
            List<List<DraftTree>> trees = new ArrayList<>();
            for (Forest forest : List.of(small, large)) {
                forest.read(loaded.features(), text.tokens(), rows[0]);
                trees.add(forest.grow(rows));
            }
            for (int i = 0; i < rows.length; i++) {
                DraftTree kept = trees.get(0).get(i);
                DraftTree all = trees.get(1).get(i);
                assertTrue(all.size() > kept.size());
                Set<String> best = new HashSet<>();
                IntStream.range(0, all.size())
                        .boxed()
                        .sorted((a, b) -> Float.compare(all.scores()[b], all.scores()[a]))
                        .limit(TREE.nodes())
                        .forEach(node -> best.add(path(all, node)));
                Set<String> found = new HashSet<>();
                IntStream.range(0, kept.size()).forEach(node -> found.add(path(kept, node)));
                assertEquals(found, best);
            }
        }
    }

    private int length(int text) {
        return corpus.sequences().get(text).length();
    }

    private static String path(DraftTree tree, int node) {
        return node < 0 ? "" : path(tree, tree.parents()[node]) + " " + tree.tokens()[node];
    }

    @Test
    void aRunThatWasKilledGoesOnToTheSameWeights() {
        TrainingOptions training = TrainingOptions.phaseTwo(Budget.steps(8))
                .rows(200)
                .learningRate(LearningRate.cosine(1e-3f))
                .checkpoints(3, 0)
                .build();
        TreeGradientOptions options = everywhere().share(0.25).density(0.25).build();
        try (DraftModel unbroken = draft.copy();
                DraftModel first = draft.copy();
                DraftModel second = draft.copy()) {
            List<TrainingStep> steps = new ArrayList<>();
            run(unbroken, "unbroken", training, options, steps::add);
            for (TrainingStep step : steps) {
                assertTrue(step.policy().get("positions") > 0, step.policy().toString());
                assertTrue(step.policy().get("border") > 0, step.policy().toString());
            }
            assertThrows(
                    IllegalStateException.class,
                    () -> run(first, "broken", training, options, step -> {
                        if (step.step() == 5) {
                            throw new IllegalStateException("killed");
                        }
                    }));
            List<TrainingStep> rest = new ArrayList<>();
            run(second, "broken", training, options, rest::add);
            assertEquals(4, rest.get(0).step());
            for (String name : unbroken.tensorNames()) {
                assertArrayEquals(unbroken.tensor(name), second.tensor(name), name);
            }
        }
    }

    private void run(
            DraftModel from,
            String name,
            TrainingOptions training,
            TreeGradientOptions options,
            TrainingListener listener) {
        TreeGradient.run(target, from, corpus, folder.resolve(name), training, options, RunOptions.none(), listener);
    }
}
