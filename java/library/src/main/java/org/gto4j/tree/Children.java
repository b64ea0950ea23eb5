package org.gto4j.tree;

import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * The k most probable children of n rows, row-major, best first.
 *
 * @param firstNode id of the first evaluated node (the others follow), -1 for children of roots
 * @param k children a row, at least 1
 * @param tokens target ids, [n * k]
 * @param logProbs natural logs of the draft's probabilities, [n * k]
 * @param queryLogProbs log-probability of each row's asked token (-infinity if the draft doesn't know it), [n], or null
 */
public record Children(int firstNode, int k, int[] tokens, float[] logProbs, float @Nullable [] queryLogProbs) {
    /** Number of rows n. */
    public int rows() {
        return tokens.length / k;
    }

    /**
     * logProbs[i], at most 0: a log-softmax may round to just above it, and a child that outscored its parent would
     * lose its ancestors. NUMERIC: NaN.
     */
    float logProb(int i) {
        if (Float.isNaN(logProbs[i])) {
            throw new GtoException(
                    GtoException.Kind.NUMERIC, "the draft gave NaN as log-probability of token " + tokens[i]);
        }
        return Math.min(logProbs[i], 0);
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
