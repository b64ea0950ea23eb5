package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.gto4j.gto.Reward;
import org.gto4j.gto.RewardOptions;
import org.gto4j.gto.TreeScorer;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

/** Scoring by trie, level by level, against scoring every node by itself. */
class TreeScorerTest {
    private static final int DEPTH = 5;
    private static final Path TARGET = TinyModels.target("--type", "F32", "--vocab", "24", "--scale", "2");

    private final SplittableRandom random = new SplittableRandom(4);

    /** Nodes below random places of depth at most DEPTH; siblings differ; the text's own continuation is likely. */
    private DraftTree tree(int[] text, int row, int nodes) {
        int[] tokens = new int[nodes];
        int[] parents = new int[nodes];
        int[] depths = new int[nodes];
        int size = 0;
        for (int attempt = 0; size < nodes && attempt < 10 * nodes; attempt++) {
            int parent = random.nextInt(size + 1) - 1;
            int depth = parent < 0 ? 1 : depths[parent] + 1;
            int place = row + 1 + depth;
            int token = place < text.length && random.nextInt(3) == 0 ? text[place] : random.nextInt(22);
            int filled = size;
            if (depth > DEPTH || IntStream.range(0, filled).anyMatch(i -> parents[i] == parent && tokens[i] == token)) {
                continue;
            }
            tokens[size] = token;
            parents[size] = parent;
            depths[size++] = depth;
        }
        return new DraftTree(
                Arrays.copyOf(tokens, size), Arrays.copyOf(parents, size), new float[size], new float[size]);
    }

    private static float[] oneByOne(TargetSession session, int[] text, int row, DraftTree tree) {
        float[] probabilities = new float[tree.size()];
        for (int node = 0; node < tree.size(); node++) {
            List<Integer> path = new ArrayList<>();
            for (int up = tree.parents()[node]; up >= 0; up = tree.parents()[up]) {
                path.add(0, tree.tokens()[up]);
            }
            int[] context = IntStream.concat(
                            Arrays.stream(text, 0, row + 2), path.stream().mapToInt(Integer::intValue))
                    .toArray();
            session.clear();
            session.prefill(0, 0, context, context.length - 1, null, null);
            probabilities[node] =
                    session.probabilities(new int[] {context.length - 1}, new int[] {tree.tokens()[node]}, 1)[0];
        }
        return probabilities;
    }

    @Test
    void sameProbabilitiesAndPrunedRewardsWithinTheBound() {
        int[] text = IntStream.range(0, 60).map(i -> random.nextInt(22)).toArray();
        int[] rows = {0, 3, 4, 5, 6, 20, 21, 22, 40, 56, 57, 58};
        List<DraftTree> trees = new ArrayList<>();
        for (int row : rows) {
            trees.add(tree(text, row, 40));
        }
        try (TargetModel target = TinyModels.open(TARGET);
                TargetSession session = target.newSession(
                        SessionOptions.builder().context(128).f32Cache(true).build());
                TreeScorer whole = TreeScorer.open(target, 60, DEPTH, RewardOptions.exact(1), true)) {
            TreeScorer.Scores all = whole.score(text, rows, trees);
            assertEquals(all.distinct(), all.scored());
            float[][] naive = new float[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                naive[i] = oneByOne(session, text, rows[i], trees.get(i));
                for (int node = 0; node < naive[i].length; node++) {
                    assertEquals(naive[i][node], all.probabilities()[i][node], 1e-4, "tree " + i + ", node " + node);
                }
            }
            assertArrayEquals(new double[rows.length], all.bounds());
            for (Reward reward : new Reward[] {Reward.LSE, Reward.MAX, Reward.MEAN, Reward.EXACT}) {
                prunedRewards(target, text, rows, trees, reward, all.scored(), naive);
            }
        }
    }

    private static void prunedRewards(
            TargetModel target,
            int[] text,
            int[] rows,
            List<DraftTree> trees,
            Reward reward,
            int all,
            float[][] naive) {
        try (TreeScorer pruned = TreeScorer.open(target, 60, DEPTH, new RewardOptions(reward, 1, 1, 1e-2), true)) {
            TreeScorer.Scores some = pruned.score(text, rows, trees);
            assertTrue(some.scored() < all * 0.7, reward + ": " + some.scored() + " of " + all);
            float[] expected = reward.of(1, trees, naive);
            float[] found = reward.of(1, trees, some.probabilities());
            for (int i = 0; i < rows.length; i++) {
                assertTrue(
                        found[i] <= expected[i] + 1e-4,
                        reward + " of tree " + i + ": what isn't asked counts as nothing");
                assertTrue(
                        expected[i] - found[i] <= some.bounds()[i] + 1e-4,
                        reward + " of tree " + i + ": bound " + some.bounds()[i]);
            }
        }
    }

    /** More branches than sequences: nodes wait and are decoded with their ancestors. */
    @Test
    void manyBranches() {
        int[] text = IntStream.range(0, 90).map(i -> random.nextInt(22)).toArray();
        int[] rows = IntStream.range(0, 88).toArray();
        List<DraftTree> trees = new ArrayList<>();
        for (int row : rows) {
            trees.add(tree(text, row, 60));
        }
        try (TargetModel target = TinyModels.open(TARGET);
                TargetSession session = target.newSession(
                        SessionOptions.builder().context(128).f32Cache(true).build());
                TreeScorer scorer = TreeScorer.open(target, 90, DEPTH, RewardOptions.exact(1), true)) {
            TreeScorer.Scores scores = scorer.score(text, rows, trees);
            assertTrue(scores.distinct() > 1000, "distinct: " + scores.distinct());
            assertEquals(scores.distinct(), scores.scored());
            for (int i = 0; i < rows.length; i += 29) {
                float[] naive = oneByOne(session, text, rows[i], trees.get(i));
                for (int node = 0; node < naive.length; node++) {
                    assertEquals(naive[node], scores.probabilities()[i][node], 1e-4, "tree " + i + ", node " + node);
                }
            }
        }
    }
}
