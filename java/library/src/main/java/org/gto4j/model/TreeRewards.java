package org.gto4j.model;

import java.util.List;
import org.gto4j.common.Arguments;
import org.gto4j.tree.DraftTree;

/** Rewards of draft trees (arXiv 2509.22134 eq. 3-5), computed natively for many trees at once. Thread-safe. */
public final class TreeRewards {
    /** Rewards in the order of the C API (tree.h). */
    public enum Kind {
        /** (1/eta) log sum over leaves of exp(eta L_i). */
        LSE,
        /** Largest L_i. */
        MAX,
        /** Mean of L_i. */
        MEAN,
        /** Expected accepted length. */
        EXACT
    }

    private TreeRewards() {}

    /**
     * One reward a tree; 0 for an empty one.
     *
     * @param kind how a tree is rewarded
     * @param eta sharpness of LSE, above 0
     * @param trees the trees
     * @param probabilities for each tree and node the target's probability of the node's token after its path, in [0,
     *     1]
     */
    public static float[] of(Kind kind, float eta, List<DraftTree> trees, float[][] probabilities) {
        Arguments.length("probabilities", probabilities.length, trees.size());
        for (int i = 0; i < probabilities.length; i++) {
            Arguments.length(
                    "probabilities of tree " + i,
                    probabilities[i].length,
                    trees.get(i).size());
        }
        return Engine.treeRewards(kind.ordinal(), eta, trees, probabilities);
    }
}
