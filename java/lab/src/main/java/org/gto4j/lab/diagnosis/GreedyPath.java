package org.gto4j.lab.diagnosis;

import java.util.Arrays;
import org.gto4j.tree.Children;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TokenHistory;

/**
 * Passes a tree's questions on to a drafter and reads the draft's greedy path from the answers: from the root on always
 * the most probable child. Nodes of the path that the tree doesn't expand are expanded afterwards, so that the path
 * costs no more than that.
 */
final class GreedyPath implements Drafter {
    private final Drafter drafter;
    private final int[] tokens;
    private final float[] logProbs;
    private int length;
    /** The drafter's id of the last node that was expanded, -1 = the root. */
    private int expanded = -1;

    /** @param depth tokens of the path, at least 1 */
    GreedyPath(Drafter drafter, int depth) {
        this.drafter = drafter;
        tokens = new int[depth];
        logProbs = new float[depth];
    }

    @Override
    public TokenHistory history() {
        return drafter.history();
    }

    @Override
    public Children roots(int k) {
        Children children = drafter.roots(k);
        take(children, 0);
        return children;
    }

    @Override
    public Children expand(int[] parents, int[] nodes, int k) {
        Children children = drafter.expand(parents, nodes, k);
        for (int i = 0; i < parents.length; i++) {
            if (length > 0 && parents[i] == expanded && nodes[i] == tokens[length - 1]) {
                expanded = children.firstNode() + i;
                take(children, i);
                break;
            }
        }
        return children;
    }

    /** A row's first child is its best. */
    private void take(Children children, int row) {
        if (length < tokens.length) {
            tokens[length] = children.tokens()[row * children.k()];
            logProbs[length++] = Math.min(0, children.logProbs()[row * children.k()]);
        }
    }

    /** The path as a tree that is a chain; call it after the tree was grown. */
    DraftTree chain() {
        if (length == 0) {
            roots(1);
        }
        while (length < tokens.length) {
            expand(new int[] {expanded}, new int[] {tokens[length - 1]}, 1);
        }
        int[] parents = new int[tokens.length];
        Arrays.setAll(parents, i -> i - 1);
        float[] scores = logProbs.clone();
        for (int i = 1; i < scores.length; i++) {
            scores[i] += scores[i - 1];
        }
        return new DraftTree(tokens, parents, logProbs, scores);
    }
}
