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
        int[] path = tree.path(text, row + 2);
        double logProb = 0;
        for (int node : path) {
            logProb += tree.logProbs()[node];
        }
        return new TextPath(path.length, logProb);
    }
}
