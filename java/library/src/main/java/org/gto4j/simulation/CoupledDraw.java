package org.gto4j.simulation;

/**
 * A drawn child where the token that comes is known already. Decoding draws x from q', and then the token y from p by
 * the rule of {@link org.gto4j.tree.DrawnChild}, so that both have a law of their own together; here x is drawn from
 * that law's conditional one, given y:
 *
 * <pre>
 * x = y                       with probability min(1, q'(y) / p(y)), if y isn't a fixed child
 * x ~ (q' - p)+, renormalised   otherwise
 * </pre>
 */
final class CoupledDraw {
    private CoupledDraw() {}

    /**
     * The index of x; -1 if q' is 0 everywhere.
     *
     * @param weights q' times some factor over the draft's vocabulary, 0 for the fixed children
     * @param p the target's probabilities of the same tokens
     * @param next index of y; -1 if the draft's vocabulary lacks it
     * @param u decides whether x is y, in [0, 1)
     * @param v decides which other token x is, in [0, 1)
     */
    static int draw(double[] weights, float[] p, int next, double u, double v) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        if (next >= 0 && weights[next] > 0 && u * p[next] < weights[next] / total) {
            return next;
        }
        double rest = 0;
        for (int i = 0; i < weights.length; i++) {
            rest += rest(weights[i] / total, p[i]);
        }
        int last = -1;
        double sum = 0;
        for (int i = 0; i < weights.length && (last < 0 || sum <= v * rest); i++) {
            double part = rest(weights[i] / total, p[i]);
            if (part > 0) {
                sum += part;
                last = i;
            }
        }
        return last;
    }

    private static double rest(double q, double p) {
        return Math.max(0, q - p);
    }
}
