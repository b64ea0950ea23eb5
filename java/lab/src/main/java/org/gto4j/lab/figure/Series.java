package org.gto4j.lab.figure;

import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A line of a chart.
 *
 * @param name in the legend
 * @param x ascending
 * @param y as many; NaN leaves a gap
 */
public record Series(String name, double[] x, double[] y) {
    /** Checks the lengths. */
    public Series {
        if (x.length != y.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "series " + name + ": expected as many y as x, found " + y.length + " and " + x.length);
        }
    }

    /** The same line under another name. */
    public Series named(String other) {
        return new Series(other, x, y);
    }

    /**
     * Means over blocks of neighbours, so that at most {@code points} (at least 1) remain; a block's NaN values are
     * left out.
     */
    public Series averaged(int points) {
        if (points < 1) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "points: expected at least 1, found " + points);
        }
        int block = Math.max(1, (int) ((x.length + (long) points - 1) / points));
        int blocks = (x.length + block - 1) / block;
        double[] newX = new double[blocks];
        double[] newY = new double[blocks];
        for (int i = 0; i < blocks; i++) {
            int from = i * block;
            int to = Math.min(x.length, from + block);
            newX[i] = mean(x, from, to);
            newY[i] = mean(y, from, to);
        }
        return new Series(name, newX, newY);
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        int count = 0;
        for (int i = from; i < to; i++) {
            if (!Double.isNaN(values[i])) {
                sum += values[i];
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
