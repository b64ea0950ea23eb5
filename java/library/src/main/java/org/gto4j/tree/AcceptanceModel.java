package org.gto4j.tree;

/**
 * How probable it is that the target accepts a draft token, learned from what it accepted: a logistic regression on the
 * draft's own log-odds, with an offset for each depth, updated after each cycle (Adagrad). It starts by believing the
 * draft. Not thread-safe.
 */
final class AcceptanceModel {
    private static final double LEAST = 1e-6;
    private static final double RATE = 0.05;
    private static final int DEPTHS = 8;

    private double slope = 1;
    private double slopeSquares = 1;
    private final double[] offset = new double[DEPTHS];
    private final double[] offsetSquares = new double[DEPTHS];

    AcceptanceModel() {
        java.util.Arrays.fill(offsetSquares, 1);
    }

    /** Probability that a token is accepted once its parent is; depth is 1 for the root's children. */
    double probability(float logProb, int depth) {
        return sigmoid(slope * logOdds(logProb) + offset[place(depth)]);
    }

    /** A token whose parent was accepted was itself accepted, or not. */
    void learn(float logProb, int depth, boolean accepted) {
        double x = logOdds(logProb);
        int place = place(depth);
        double error = sigmoid(slope * x + offset[place]) - (accepted ? 1 : 0);
        double slopeGradient = error * x;
        slopeSquares += slopeGradient * slopeGradient;
        offsetSquares[place] += error * error;
        slope = Math.max(0.05, slope - RATE * slopeGradient / Math.sqrt(slopeSquares));
        offset[place] -= RATE * 4 * error / Math.sqrt(offsetSquares[place]);
    }

    private static int place(int depth) {
        return Math.min(depth, DEPTHS) - 1;
    }

    private static double logOdds(float logProb) {
        double p = Math.min(1 - LEAST, Math.max(LEAST, Math.exp(logProb)));
        return Math.log(p / (1 - p));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
