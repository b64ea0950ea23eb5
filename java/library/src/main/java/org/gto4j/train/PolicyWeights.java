package org.gto4j.train;

import java.util.List;
import org.gto4j.common.RecordValues;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * What Phase II adds to the loss on one text.
 *
 * @param onText [rows][passes]: the trainer adds -weight * log M(x[t+2+j]) along the text, where the token loss's own
 *     passes are
 * @param walked paths that leave the text
 * @param trees trees, in ascending order of their rows
 */
public record PolicyWeights(float[][] onText, List<Walked> walked, List<Weighed> trees) {
    /**
     * Adds -weight * log M(path).
     *
     * @param row trunk row t below which the path starts
     * @param tokens at t+2 and so on
     */
    public record Walked(int row, int[] tokens, float weight) {
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

    /**
     * Adds -sum weight * log M(token | row, tokens above) over a tree's nodes.
     *
     * @param row trunk row t below which the tree hangs
     * @param weights one a node
     */
    public record Weighed(int row, DraftTree tree, float[] weights) {
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
