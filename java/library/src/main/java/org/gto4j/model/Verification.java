package org.gto4j.model;

import org.gto4j.common.RecordValues;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * What one verification cycle gave.
 *
 * @param path indices of the accepted nodes, from the root's child downwards; empty if none was accepted
 * @param next the cycle's own token (drawn, not decoded yet), or -1 if the last accepted node is an end token
 */
public record Verification(int[] path, int next) {
    /**
     * The tokens that the cycle gained: the accepted ones and, unless they end the text, the target's own. At least
     * one.
     */
    public int[] gained(DraftTree tree) {
        int[] gained = new int[path.length + (next < 0 ? 0 : 1)];
        for (int i = 0; i < path.length; i++) {
            gained[i] = tree.tokens()[path[i]];
        }
        if (next >= 0) {
            gained[path.length] = next;
        }
        return gained;
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
