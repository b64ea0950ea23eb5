package org.gto4j.train;

/**
 * The clipped surrogate of one position (arXiv 2509.22134 eq. 11-13): min(s A, clip(s, 1-eps, 1+eps) A), to be maximised, with
 * s = exp((log M(S) - log M0(S)) / max(l, 1)) for the accepted sequence S of length l.
 *
 * @param ratio     s
 * @param advantage A
 * @param length    l
 * @param clip      eps
 */
record Surrogate(double ratio, double advantage, int length, double clip) {
    /** @param logRatio log M(S) - log M0(S) */
    static Surrogate of(double logRatio, double advantage, int length, double clip) {
        return new Surrogate(Math.exp(logRatio / Math.max(length, 1)), advantage, length, clip);
    }

    double value() {
        double clipped = Math.max(1 - clip, Math.min(1 + clip, ratio));
        return Math.min(ratio * advantage, clipped * advantage);
    }

    /** The clipped branch is the smaller one and doesn't depend on M: no gradient. */
    boolean clipped() {
        return advantage > 0 && ratio > 1 + clip || advantage < 0 && ratio < 1 - clip;
    }

    /**
     * d value / d log M(S). As ds / d log M(S) = s / l, this is A s / l where the plain branch is active and 0 elsewhere. log M(S) is the sum
     * of l log-probabilities, so each of them has this derivative. The loss is -value: descending it raises log M where A is positive, which
     * is what a positive weight w of "-w log M" does. So this derivative itself is the trainer's policy weight.
     */
    double weight() {
        return length == 0 || clipped() ? 0 : advantage * ratio / length;
    }
}
