package org.gto4j.tree;

/**
 * How probable the r-th best child of a node of some depth is on average: what expanding a node promises before it is
 * done. Running means that forget slowly. Not thread-safe.
 */
final class ChildProfile {
    private static final double FORGET = 0.02;

    private final double[][] mean;

    /** @param depths children of depth 1..depths are told apart */
    ChildProfile(int depths, int ranks) {
        mean = new double[depths][ranks];
        for (double[] ofDepth : mean) {
            double p = 0.4;
            for (int rank = 0; rank < ranks; rank++, p *= 0.35) {
                ofDepth[rank] = p;
            }
        }
    }

    /** Expected probability of the child of this rank (0 = the best) and depth. */
    double expected(int depth, int rank) {
        return mean[depth - 1][rank];
    }

    /** A child was seen. */
    void learn(int depth, int rank, double probability) {
        mean[depth - 1][rank] += FORGET * (probability - mean[depth - 1][rank]);
    }
}
