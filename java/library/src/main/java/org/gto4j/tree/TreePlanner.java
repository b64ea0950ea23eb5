package org.gto4j.tree;

/**
 * Grows the trees of one text after the other by a {@link TreePolicy}, and may learn from what became of them. Not
 * thread-safe.
 */
@FunctionalInterface
public interface TreePlanner {
    /** A new text begins, which may be of another kind than the last. */
    default void begins() {}

    /**
     * Whether the next cycle shall draft at all. If not, {@link #planWithoutDraft} is called for it instead of
     * {@link #plan}, and the draft may lag behind.
     *
     * @param history the text that the cycle continues
     * @param gained tokens that the draft would have to follow first
     */
    default boolean drafts(TokenHistory history, int gained) {
        return true;
    }

    /**
     * How many texts, this one among them, the next cycle's pass verifies. A {@link org.gto4j.BatchDecoder} says it
     * before each cycle; if nobody does it is one.
     *
     * @param texts at least 1
     */
    default void shares(int texts) {}

    /**
     * Grows the tree of the drafter's root, of at most this depth and size (both at least 1): a function of what
     * drafter and past cycles say.
     */
    DraftTree plan(Drafter drafter, int depth, int nodes);

    /**
     * The tree of a cycle for which {@link #drafts} said no, of at most this depth and size (both at least 1): a
     * function of the text and past cycles. The default is the empty one.
     *
     * @param history the text that the tree continues
     */
    default DraftTree planWithoutDraft(TokenHistory history, int depth, int nodes) {
        return DraftTree.empty();
    }

    /**
     * What the target made of the last tree.
     *
     * @param tree that {@link #plan} or {@link #planWithoutDraft} gave, or the empty one
     * @param accepted its accepted nodes, from the root's child downwards
     * @param next the target's own token after them, -1 if the last accepted node ended the text
     */
    default void verified(DraftTree tree, int[] accepted, int next) {}

    /**
     * What the last cycle took, from before {@link #drafts} until after {@link #verified}. Said where a cycle is this
     * text's alone.
     *
     * @param seconds above 0
     */
    default void took(double seconds) {}
}
