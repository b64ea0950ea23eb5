package org.gto4j.model;

import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * A tree of one sequence to verify.
 *
 * @param sequence holds positions 0..position-1
 * @param position of the root
 * @param root token drawn, but not yet decoded
 * @param tree nodes below the root; empty = plain decoding
 * @param sampler draws
 * @param features receives rows of the root and of the accepted nodes, or null
 * @param drawn the draws that the tree's drawn children come from; null if it has none
 */
public record TreeRequest(
        int sequence,
        int position,
        int root,
        DraftTree tree,
        Sampler sampler,
        @Nullable Features features,
        @Nullable DrawnChildren drawn) {
    /** Of a tree without drawn children. */
    public TreeRequest(
            int sequence, int position, int root, DraftTree tree, Sampler sampler, @Nullable Features features) {
        this(sequence, position, root, tree, sampler, features, null);
    }

    /** Rows in the target's pass. */
    public int rows() {
        return 1 + tree.size();
    }
}
