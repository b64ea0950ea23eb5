package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

/** On random trees with random probabilities, against the rewards themselves written out. */
class RemainingRewardTest {
    private static DraftTree tree(int... parents) {
        return new DraftTree(
                IntStream.range(0, parents.length).toArray(),
                parents,
                new float[parents.length],
                new float[parents.length]);
    }

    private static RewardOptions options(Reward reward, float eta) {
        return new RewardOptions(reward, eta, 1, 0);
    }

    @Test
    void ofASmallTree() {
        DraftTree tree = tree(-1, 0, 1, 1, -1);
        float[] known = {0.5f, 0, 0, 0, 0.25f};
        assertArrayEquals(
                new double[] {1, 0, 0, 0, 0},
                new RemainingReward(tree, options(Reward.EXACT, 1)).of(known),
                1e-7,
                "two levels of a half each");
        assertArrayEquals(
                new double[] {1, 0, 0, 0, 0}, new RemainingReward(tree, options(Reward.MAX, 1)).of(known), 1e-7);
        assertArrayEquals(
                new double[] {0.5 * 3 / 3, 0, 0, 0, 0},
                new RemainingReward(tree, options(Reward.MEAN, 1)).of(known),
                1e-7,
                "two leaves share the first level, one has the second");
    }

    @Test
    void rewardsStayWithinThem() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 500; round++) {
            DraftTree tree = random(random, 2 + random.nextInt(30));
            float[] all = probabilities(tree, random);
            boolean[] asked = new boolean[tree.size()];
            float[] known = known(tree, all, asked, random);
            for (Reward reward : new Reward[] {Reward.LSE, Reward.MAX, Reward.MEAN, Reward.EXACT}) {
                double eta = 0.5 + 2 * random.nextDouble();
                double[] stakes = new RemainingReward(tree, options(reward, (float) eta)).of(known);
                double bound = IntStream.range(0, asked.length)
                        .filter(i -> !asked[i])
                        .mapToDouble(i -> stakes[i])
                        .sum();
                double missed = reward(tree, all, reward, eta) - reward(tree, known, reward, eta);
                assertTrue(missed <= bound + 1e-6, reward + ": " + missed + " missed, at stake " + bound);
            }
        }
    }

    private static DraftTree random(SplittableRandom random, int size) {
        return tree(IntStream.range(0, size).map(i -> random.nextInt(i + 1) - 1).toArray());
    }

    /** Those of siblings add up to less than 1; sharp, so that some paths are likely. */
    private static float[] probabilities(DraftTree tree, SplittableRandom random) {
        float[] probabilities = new float[tree.size()];
        for (int parent = -1; parent < tree.size(); parent++) {
            float left = 1;
            for (int child : children(tree, parent)) {
                probabilities[child] = left * (float) random.nextDouble();
                left -= probabilities[child];
            }
        }
        return probabilities;
    }

    private static List<Integer> children(DraftTree tree, int parent) {
        return IntStream.range(0, tree.size())
                .filter(i -> tree.parents()[i] == parent)
                .boxed()
                .toList();
    }

    /** Only what comes after the root and after nodes that are asked, each with even chance if its parent was, too. */
    private static float[] known(DraftTree tree, float[] all, boolean[] asked, SplittableRandom random) {
        float[] known = new float[all.length];
        for (int i = 0; i < all.length; i++) {
            int parent = tree.parents()[i];
            boolean is = parent < 0 || asked[parent];
            known[i] = is ? all[i] : 0;
            asked[i] = is && random.nextBoolean();
        }
        return known;
    }

    private static double reward(DraftTree tree, float[] probabilities, Reward reward, double eta) {
        double[] path = new double[tree.size()];
        double[] length = new double[tree.size()];
        double total = 0;
        for (int i = 0; i < path.length; i++) {
            int parent = tree.parents()[i];
            path[i] = (parent < 0 ? 1 : path[parent]) * probabilities[i];
            length[i] = (parent < 0 ? 0 : length[parent]) + path[i];
            total += path[i];
        }
        List<Double> leaves = new ArrayList<>();
        IntStream.of(tree.leaves()).forEach(leaf -> leaves.add(length[leaf]));
        return switch (reward) {
            case EXACT, GREEDY -> total;
            case MAX -> leaves.stream().mapToDouble(x -> x).max().orElse(0);
            case MEAN -> leaves.stream().mapToDouble(x -> x).average().orElse(0);
            case LSE ->
                Math.log(leaves.stream().mapToDouble(x -> Math.exp(eta * x)).sum()) / eta;
        };
    }
}
