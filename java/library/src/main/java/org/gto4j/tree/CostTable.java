package org.gto4j.tree;

import java.util.Arrays;
import org.gto4j.error.GtoException;

/**
 * Seconds that a batch takes, by its number of rows: linear between measured sizes, flat before the first, the last
 * slope behind the last. A larger batch never counts as cheaper. Immutable and thread-safe.
 */
public final class CostTable {
    private final int[] rows;
    private final double[] seconds;

    /**
     * @param rows measured sizes, ascending, at least 1; at least one
     * @param seconds of each, positive
     */
    public CostTable(int[] rows, double[] seconds) {
        boolean valid = rows.length > 0 && rows.length == seconds.length && rows[0] >= 1;
        for (int i = 0; valid && i < rows.length; i++) {
            valid = (i == 0 || rows[i] > rows[i - 1]) && seconds[i] > 0 && Double.isFinite(seconds[i]);
        }
        if (!valid) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a cost table needs ascending sizes of at least 1 and a positive time for each, found "
                            + Arrays.toString(rows) + " and " + Arrays.toString(seconds));
        }
        this.rows = rows.clone();
        this.seconds = seconds.clone();
        for (int i = 1; i < seconds.length; i++) {
            this.seconds[i] = Math.max(this.seconds[i], this.seconds[i - 1]);
        }
    }

    /** Measured sizes; a copy. */
    public int[] rows() {
        return rows.clone();
    }

    /** Seconds of each measured size; a copy. */
    public double[] seconds() {
        return seconds.clone();
    }

    /** Seconds of a batch of n rows, n at least 1. */
    public double at(int n) {
        int last = rows.length - 1;
        if (n <= rows[0] || last == 0) {
            return seconds[0];
        }
        int right = 1;
        while (right < last && rows[right] < n) {
            right++;
        }
        double slope = (seconds[right] - seconds[right - 1]) / (rows[right] - rows[right - 1]);
        return seconds[right - 1] + slope * (n - rows[right - 1]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CostTable table
                && Arrays.equals(rows, table.rows)
                && Arrays.equals(seconds, table.seconds);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(rows) + Arrays.hashCode(seconds);
    }

    @Override
    public String toString() {
        return "CostTable" + Arrays.toString(rows) + Arrays.toString(seconds);
    }
}
