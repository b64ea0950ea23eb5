package org.gto4j.gto;

import java.util.stream.IntStream;

/**
 * The expected accepted length of the tree that a budget leaves of its candidates, made smooth. The tree keeps the n
 * candidates of the best scores, so that its length jumps where two candidates change places. Here candidate v, of
 * score s_v and path probability P_v, is kept to the part w_v = sigma((s_v - lambda) / h), with lambda such that the w
 * add up to n; R = sum w_v P_v. As the bandwidth h goes to 0, R becomes the exact length.
 *
 * <p>Moving one score moves lambda, too, by w_v (1 - w_v) / sum w (1 - w) of it, so that
 *
 * <pre>
 *   dR/ds_v = w_v (1 - w_v) / h * (P_v - mean)     mean: of P, with weights w (1 - w)
 * </pre>
 *
 * Candidates that are better than the mean at the border of the tree get higher scores, the others lower ones; well
 * inside and well outside nothing changes.
 *
 * @param length R, the root's own token not counted
 * @param kept w, one a candidate; 1 everywhere if there are no more than the budget
 * @param slopes dR/ds, one a candidate; they add up to 0
 */
record SoftReward(double length, double[] kept, double[] slopes) {
    /** Bandwidths from a score at which a candidate is surely in or out: sigma(40) is 1 to the last bit. */
    private static final double FAR = 40;

    /**
     * Of one tree.
     *
     * @param scores sums of log-probabilities on the paths; a candidate at -infinity is out
     * @param paths the target's probabilities of the paths
     * @param budget candidates kept, at least 1
     * @param bandwidth h in nats, above 0
     */
    static SoftReward of(double[] scores, double[] paths, int budget, double bandwidth) {
        int count = scores.length;
        double[] kept = new double[count];
        double[] slopes = new double[count];
        double[] finite = IntStream.range(0, count)
                .mapToDouble(i -> scores[i])
                .filter(Double::isFinite)
                .toArray();
        boolean all = finite.length <= budget;
        double threshold = all ? Double.NEGATIVE_INFINITY : threshold(finite, budget, bandwidth);
        double length = 0;
        double border = 0;
        double mean = 0;
        for (int i = 0; i < count; i++) {
            boolean out = scores[i] == Double.NEGATIVE_INFINITY;
            kept[i] = out ? 0 : all ? 1 : sigmoid((scores[i] - threshold) / bandwidth);
            length += kept[i] * paths[i];
            border += kept[i] * (1 - kept[i]);
            mean += kept[i] * (1 - kept[i]) * paths[i];
        }
        for (int i = 0; i < count && border > 0; i++) {
            slopes[i] = kept[i] * (1 - kept[i]) / bandwidth * (paths[i] - mean / border);
        }
        return new SoftReward(length, kept, slopes);
    }

    /** Lambda, by bisection: the sum of what is kept falls as it rises. */
    private static double threshold(double[] scores, int budget, double bandwidth) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            low = Math.min(low, score - FAR * bandwidth);
            high = Math.max(high, score + FAR * bandwidth);
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return middle;
            }
            double sum = 0;
            for (double score : scores) {
                sum += sigmoid((score - middle) / bandwidth);
            }
            if (sum > budget) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * dR/d(log q) of the edge above each candidate: a candidate's score is the sum over the edges of its path, so that
     * an edge counts for all that is at or below it. By the logits z of the row above, dR/dz = c - q sum(c).
     *
     * @param parents -1 = the root; before their children
     */
    double[] edges(int[] parents) {
        return atAndBelow(slopes, parents);
    }

    /** For each candidate the sum of the values at and below it. */
    static double[] atAndBelow(double[] values, int[] parents) {
        double[] sums = values.clone();
        for (int i = sums.length - 1; i >= 0; i--) {
            if (parents[i] >= 0) {
                sums[parents[i]] += sums[i];
            }
        }
        return sums;
    }

    /** Candidates whose place is open: the sum of w (1 - w). */
    double border() {
        double border = 0;
        for (double part : kept) {
            border += part * (1 - part);
        }
        return border;
    }
}
