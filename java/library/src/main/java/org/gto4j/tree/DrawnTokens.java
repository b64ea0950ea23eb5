package org.gto4j.tree;

import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * Children that were drawn, one a node.
 *
 * @param firstDraw number of the first draw; the others follow
 * @param tokens target ids; -1 where the draft has no token but the fixed ones
 */
public record DrawnTokens(int firstDraw, int[] tokens) {
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
