package org.gto4j.tree;

/** A drafter that knows a text. */
record Reading(Drafter draft, TokenHistory history) implements Drafter {
    @Override
    public Children roots(int k) {
        return draft.roots(k);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        return draft.expand(parents, tokens, k);
    }
}
