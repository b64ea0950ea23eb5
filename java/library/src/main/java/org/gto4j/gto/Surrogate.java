package org.gto4j.gto;

/**
 * The clipped surrogate of one position (arXiv 2509.22134 eq. 11-13): min(s A, clip(s, 1-eps, 1+eps) A), to be
 * maximised, with s = exp((log M(S) - log M0(S)) / max(l, 1)) for the accepted sequence S of length l. Where A is
 * negative nothing bounds it from below: a token that M0 thought improbable has a ratio in the hundreds. With a dual
 * clip c it is at least c A there (arXiv 1912.09729 eq. 5).
 *
 * @param ratio s
 * @param advantage A
 * @param length l
 * @param clip eps
 * @param dualClip c, above 1; 0 = none
 */
record Surrogate(double ratio, double advantage, int length, double clip, double dualClip) {
    /** @param logRatio log M(S) - log M0(S) */
    static Surrogate of(double logRatio, double advantage, int length, GroupOptions options) {
        return new Surrogate(
                Math.exp(logRatio / Math.max(length, 1)), advantage, length, options.clip(), options.dualClip());
    }

    double value() {
        double clipped = Math.max(1 - clip, Math.min(1 + clip, ratio));
        double value = Math.min(ratio * advantage, clipped * advantage);
        return advantage < 0 && dualClip > 0 ? Math.max(value, dualClip * advantage) : value;
    }

    /** A clipped branch holds and doesn't depend on M: no gradient. */
    boolean clipped() {
        return advantage > 0
                ? ratio > 1 + clip
                : advantage < 0 && (ratio < 1 - clip || dualClip > 0 && ratio > dualClip);
    }

    /**
     * d value / d log M(S). As ds / d log M(S) = s / l, this is A s / l where the plain branch is active and 0
     * elsewhere. log M(S) is the sum of l log-probabilities, so each of them has this derivative. The loss is -value:
     * descending it raises log M where A is positive, which is what a positive weight w of "-w log M" does. So this
     * derivative itself is the trainer's policy weight.
     */
    double weight() {
        return length == 0 || clipped() ? 0 : advantage * ratio / length;
    }
}
