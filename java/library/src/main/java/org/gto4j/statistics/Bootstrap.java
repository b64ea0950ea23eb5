package org.gto4j.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.gto4j.error.GtoException;

/**
 * Percentile bootstrap of a ratio of sums (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13): whole
 * units, here prompts, are drawn with replacement, because cycles of one prompt are not independent. The same seed
 * gives the same interval. Immutable, thread-safe.
 */
public final class Bootstrap {
    private final int resamples;
    private final double level;
    private final long seed;

    /**
     * @param resamples number of resamples, at least 1
     * @param level confidence level, in (0, 1)
     * @param seed of the draws
     */
    public Bootstrap(int resamples, double level, long seed) {
        if (resamples < 1 || !(level > 0 && level < 1)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a bootstrap needs at least 1 resample and a level in (0, 1), found " + resamples + " and "
                            + level);
        }
        this.resamples = resamples;
        this.level = level;
        this.seed = seed;
    }

    /** 2,000 resamples at 95%, seed 0. */
    public static Bootstrap standard() {
        return new Bootstrap(2000, 0.95, 0);
    }

    /**
     * The interval of sum(numerators) / sum(denominators).
     *
     * @param numerators one value a unit
     * @param denominators as many, at least 0; resamples whose denominators sum to 0 are left out
     * @return NaN bounds if there are no units, or only zero denominators
     */
    public Interval ratio(double[] numerators, double[] denominators) {
        if (numerators.length != denominators.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a ratio needs as many denominators as numerators, found " + denominators.length + " and "
                            + numerators.length);
        }
        return difference(numerators, denominators, new double[numerators.length], ones(numerators.length));
    }

    /**
     * The interval of sum(numerators) / sum(denominators) - sum(otherNumerators) / sum(otherDenominators), both of the
     * same units: each resample draws units for both together, so that what units have in common cancels out.
     *
     * @param numerators one value a unit
     * @param denominators as many, at least 0; resamples in which either sum is 0 are left out
     * @param otherNumerators as many
     * @param otherDenominators as many
     * @return NaN bounds if there are no units, or only zero denominators
     */
    public Interval difference(
            double[] numerators, double[] denominators, double[] otherNumerators, double[] otherDenominators) {
        int units = numerators.length;
        if (denominators.length != units || otherNumerators.length != units || otherDenominators.length != units) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a bootstrap needs as many values of each kind, found " + units + ", "
                            + denominators.length + ", "
                            + otherNumerators.length + " and " + otherDenominators.length);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] differences = new double[resamples];
        int count = 0;
        for (int resample = 0; resample < resamples && units > 0; resample++) {
            double above = 0;
            double below = 0;
            double otherAbove = 0;
            double otherBelow = 0;
            for (int i = 0; i < units; i++) {
                int unit = random.nextInt(units);
                above += numerators[unit];
                below += denominators[unit];
                otherAbove += otherNumerators[unit];
                otherBelow += otherDenominators[unit];
            }
            if (below > 0 && otherBelow > 0) {
                differences[count++] = above / below - otherAbove / otherBelow;
            }
        }
        if (count == 0) {
            return new Interval(Double.NaN, Double.NaN);
        }
        double[] sorted = Arrays.copyOf(differences, count);
        Arrays.sort(sorted);
        double tail = (1 - level) / 2;
        return new Interval(quantile(sorted, tail), quantile(sorted, 1 - tail));
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Linear interpolation between order statistics. */
    private static double quantile(double[] sorted, double p) {
        double position = p * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
