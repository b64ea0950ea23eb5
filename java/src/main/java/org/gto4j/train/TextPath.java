package org.gto4j.train;

import org.gto4j.tree.DraftTree;

/**
 * The text's own continuation inside a draft tree: on text that the target wrote this is the longest accepted sequence S_t.
 *
 * @param length  l, accepted tokens
 * @param logProb log M(S), 0 if l = 0
 */
record TextPath(int length, double logProb) {
    /**
     * Walks from the root.
     *
     * @param text tokens
     * @param row  trunk row t: the root is x[t+1], its children stand at t+2
     */
    static TextPath of(DraftTree tree, int[] text, int row) {
        int node = -1;
        int length = 0;
        double logProb = 0;
        for (int next = 0; next < tree.size() && row + 2 + length < text.length; next++) {
            // Parents stand before children, so that one pass finds the whole path.
            if (tree.parents()[next] == node && tree.tokens()[next] == text[row + 2 + length]) {
                node = next;
                logProb += tree.logProbs()[next];
                length++;
            }
        }
        return new TextPath(length, logProb);
    }
}
