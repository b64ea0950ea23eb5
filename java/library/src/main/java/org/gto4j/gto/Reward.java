package org.gto4j.gto;

import java.util.List;
import org.gto4j.model.TreeRewards;
import org.gto4j.tree.DraftTree;

/**
 * What a draft tree is worth (arXiv 2509.22134 eq. 3-5). L_i is the sum, over the nodes of root-to-leaf path i, of the
 * target's probability of the path up to the node.
 */
public enum Reward {
    /** (1/eta) log sum over leaves of exp(eta L_i): the paper's. Grows with the number of leaves, too. */
    LSE(TreeRewards.Kind.LSE),
    /** Largest L_i. */
    MAX(TreeRewards.Kind.MAX),
    /** Mean of L_i. */
    MEAN(TreeRewards.Kind.MEAN),
    /** Expected accepted length: every node's path probability, each node counted once. */
    EXACT(TreeRewards.Kind.EXACT),
    /**
     * Accepted length at temperature 0: the longest match with the target's most probable tokens. On greedy texts it
     * takes no pass of the target.
     */
    GREEDY(TreeRewards.Kind.EXACT);

    private final TreeRewards.Kind kind;

    Reward(TreeRewards.Kind kind) {
        this.kind = kind;
    }

    /** The temperature that the target's probabilities are wanted at. */
    float temperature(float ofOthers) {
        return this == GREEDY ? 0 : ofOthers;
    }

    /**
     * One reward a tree; 0 for an empty one.
     *
     * @param eta sharpness of LSE, above 0
     * @param probabilities for each tree and node the target's probability of the node's token after its path, in [0,
     *     1]
     */
    public float[] of(float eta, List<DraftTree> trees, float[][] probabilities) {
        return TreeRewards.of(kind, eta, trees, probabilities);
    }
}
