package org.gto4j.tree;

/**
 * The greatest of the path probabilities added, best first: what a tree of n nodes gains is 1 and the first n of them.
 * Not thread-safe.
 */
final class RankedProbabilities {
    private final double[] values;
    private int size;

    /** @param room how many are kept */
    RankedProbabilities(int room) {
        values = new double[room];
    }

    void clear() {
        size = 0;
    }

    void copy(RankedProbabilities other) {
        size = Math.min(other.size, values.length);
        System.arraycopy(other.values, 0, values, 0, size);
    }

    void add(double probability) {
        if (size == values.length && (size == 0 || probability <= values[size - 1])) {
            return;
        }
        int at = size < values.length ? size++ : size - 1;
        while (at > 0 && values[at - 1] < probability) {
            values[at] = values[at - 1];
            at--;
        }
        values[at] = probability;
    }

    int size() {
        return size;
    }

    /** The n-th best, 0-based. */
    double get(int n) {
        return values[n];
    }
}
