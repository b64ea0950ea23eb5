package org.gto4j.gto;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.gto4j.tree.DraftTree;

/**
 * A draft tree that is larger than the one that is decoded with: the candidates of the latter, in the order in which it
 * would keep them.
 *
 * @param tree the candidates; its best {@code budget} nodes are the tree that is decoded with
 * @param paths the target's probabilities of the nodes' paths
 * @param budget nodes of the tree that is decoded with
 */
record CandidateTree(DraftTree tree, double[] paths, int budget) {
    /** Share of all slopes that a node must have at and below it to count: fewer rows, and nearly the same gradient. */
    private static final double LEAST = 1e-5;

    /** @param probabilities the target's probability of each node's token after its path */
    static CandidateTree of(DraftTree tree, float[] probabilities, int budget) {
        double[] paths = new double[tree.size()];
        for (int i = 0; i < paths.length; i++) {
            int parent = tree.parents()[i];
            paths[i] = (parent < 0 ? 1 : paths[parent]) * probabilities[i];
        }
        return new CandidateTree(tree, paths, budget);
    }

    /** Expected accepted length of the tree that is decoded with. */
    double exactLength() {
        // Nodes stand in the order in which they were found, which decides between equal scores.
        return IntStream.range(0, paths.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -tree.scores()[i]))
                .limit(budget)
                .mapToDouble(i -> paths[i])
                .sum();
    }

    /** @param bandwidth in nats of path score */
    SoftReward soft(double bandwidth) {
        double[] scores = new double[paths.length];
        for (int i = 0; i < scores.length; i++) {
            int parent = tree.parents()[i];
            scores[i] = (parent < 0 ? 0 : scores[parent]) + tree.logProbs()[i];
        }
        return SoftReward.of(scores, paths, budget, bandwidth);
    }

    /**
     * The nodes that matter, and the derivative of the soft reward by log q of each.
     *
     * @param tree without nodes at and below which hardly anything changes
     * @param edges one a node of it
     */
    record Slopes(DraftTree tree, double[] edges) {}

    Slopes slopes(SoftReward soft) {
        int[] parents = tree.parents();
        double[] edges = soft.edges(parents);
        double[] mass = SoftReward.atAndBelow(
                Arrays.stream(soft.slopes()).map(Math::abs).toArray(), parents);
        double total = IntStream.range(0, mass.length)
                .filter(i -> parents[i] < 0)
                .mapToDouble(i -> mass[i])
                .sum();
        int[] chosen = IntStream.range(0, mass.length)
                .filter(i -> mass[i] > LEAST * total)
                .toArray();
        int[] place = new int[mass.length];
        for (int i = 0; i < chosen.length; i++) {
            place[chosen[i]] = i;
        }
        return new Slopes(
                new DraftTree(
                        pick(tree.tokens(), chosen),
                        IntStream.of(chosen)
                                .map(i -> parents[i] < 0 ? -1 : place[parents[i]])
                                .toArray(),
                        pick(tree.logProbs(), chosen),
                        pick(tree.scores(), chosen)),
                IntStream.of(chosen).mapToDouble(i -> edges[i]).toArray());
    }

    private static int[] pick(int[] values, int[] which) {
        return IntStream.of(which).map(i -> values[i]).toArray();
    }

    private static float[] pick(float[] values, int[] which) {
        float[] picked = new float[which.length];
        for (int i = 0; i < which.length; i++) {
            picked[i] = values[which[i]];
        }
        return picked;
    }
}
