package org.gto4j.train;

import org.gto4j.error.GtoException;

/**
 * Learning rate over a run: a linear warm-up, then a decay. It depends on the share of the budget used, so that it fits
 * any budget.
 *
 * @param peak highest rate, above 0
 * @param warmup share of the budget for the warm-up, in [0, 1). It starts at a tenth of the peak, so that no first step
 *     is lost
 * @param decay shape after the warm-up
 * @param floor rate at the end as a share of the peak, in [0, 1]; not used by {@link Decay#CONSTANT}
 */
public record LearningRate(float peak, float warmup, Decay decay, float floor) {
    /**
     * Share of the budget for the warm-up by default: 3%. GTO warms up for 1,000 of 60,000 steps; a run of minutes has
     * few steps and wants some more.
     */
    public static final float DEFAULT_WARMUP = 0.03f;
    /**
     * Rate at the end as a share of the peak by default: a twentieth, so that a run's last steps still learn. GTO
     * decays to 0.
     */
    public static final float DEFAULT_FLOOR = 0.05f;

    private static final double WARMUP_START = 0.1;

    /** Shape after the warm-up. */
    public enum Decay {
        /** Half a cosine. */
        COSINE,
        /** A straight line. */
        LINEAR,
        /** Stays at the peak. */
        CONSTANT
    }

    /** Checks the ranges. */
    public LearningRate {
        if (!(peak > 0) || Float.isInfinite(peak) || !(warmup >= 0 && warmup < 1) || !(floor >= 0 && floor <= 1)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "learning rate: expected peak above 0, warmup in [0, 1) and floor in [0, 1], found peak " + peak
                            + ", warmup " + warmup + ", floor " + floor);
        }
    }

    /** Cosine decay with the default warm-up and floor. */
    public static LearningRate cosine(float peak) {
        return new LearningRate(peak, DEFAULT_WARMUP, Decay.COSINE, DEFAULT_FLOOR);
    }

    /**
     * The rate.
     *
     * @param fraction share of the budget used, clamped to [0, 1]
     */
    public float at(double fraction) {
        double used = Math.min(1, Math.max(0, fraction));
        if (used < warmup) {
            return (float) (peak * (WARMUP_START + (1 - WARMUP_START) * used / warmup));
        }
        double left = 1 - (used - warmup) / (1 - warmup);
        double share =
                switch (decay) {
                    case COSINE -> floor + (1 - floor) * 0.5 * (1 - Math.cos(Math.PI * left));
                    case LINEAR -> floor + (1 - floor) * left;
                    case CONSTANT -> 1;
                };
        return (float) (peak * share);
    }
}
