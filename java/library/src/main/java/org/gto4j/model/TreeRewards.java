package org.gto4j.model;

import java.util.List;
import org.gto4j.common.Arguments;
import org.gto4j.tree.DraftTree;

/** Rewards of draft trees (arXiv 2509.22134 eq. 3-5), computed natively for many trees at once. Thread-safe. */
public final class TreeRewards {
    private TreeRewards() {}

    /**
     * One reward a tree; 0 for an empty one.
     *
     * @param kind 0 LSE, 1 MAX, 2 MEAN, 3 EXACT (see tree.h)
     * @param eta sharpness of LSE, above 0
     * @param trees the trees
     * @param probabilities for each tree and node the target's probability of the node's token after its path, in [0,
     *     1]
     */
    public static float[] of(int kind, float eta, List<DraftTree> trees, float[][] probabilities) {
        Arguments.inRange("kind", kind, 0, 3);
        Arguments.length("probabilities", probabilities.length, trees.size());
        for (int i = 0; i < probabilities.length; i++) {
            Arguments.length(
                    "probabilities of tree " + i,
                    probabilities[i].length,
                    trees.get(i).size());
        }
        return Engine.treeRewards(kind, eta, trees, probabilities);
    }
}
