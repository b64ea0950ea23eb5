package org.gto4j.statistics;

/**
 * A confidence interval.
 *
 * @param low lower bound, at most {@code high}; NaN if there is nothing to estimate from
 * @param high upper bound
 */
public record Interval(double low, double high) {
    /** Whether a value lies inside, bounds included. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
