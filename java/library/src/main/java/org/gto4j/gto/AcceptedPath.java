package org.gto4j.gto;

import java.util.Arrays;
import org.gto4j.tree.DraftTree;

/**
 * The longest sequence in a draft tree that the target accepts, S_t of arXiv 2509.22134.
 *
 * @param tokens from the root's child downwards
 * @param logProb log M(S), 0 if nothing is accepted
 */
record AcceptedPath(int[] tokens, double logProb) {
    private static AcceptedPath of(DraftTree tree, int[] nodes) {
        double logProb = 0;
        for (int node : nodes) {
            logProb += tree.logProbs()[node];
        }
        return new AcceptedPath(
                Arrays.stream(nodes).map(node -> tree.tokens()[node]).toArray(), logProb);
    }

    /**
     * On a text that the target wrote it is the text's own continuation, as far as the tree and the text go.
     *
     * @param text tokens
     * @param row trunk row t: the root is x[t+1], its children stand at t+2
     */
    static AcceptedPath onText(DraftTree tree, int[] text, int row) {
        return of(tree, tree.path(text, row + 2));
    }

    /**
     * On any text it is the path of the target's most probable tokens.
     *
     * @param probabilities of the tree's nodes at temperature 0: 1 for the target's most probable token, else 0
     */
    static AcceptedPath walked(DraftTree tree, float[] probabilities) {
        int[] path = new int[tree.size()];
        int length = 0;
        // Parents stand before children, and one child at most holds the most probable token.
        for (int node = 0; node < path.length; node++) {
            if (probabilities[node] == 1 && tree.parents()[node] == (length == 0 ? -1 : path[length - 1])) {
                path[length++] = node;
            }
        }
        return of(tree, Arrays.copyOf(path, length));
    }

    /** l, accepted tokens. */
    int length() {
        return tokens.length;
    }
}
