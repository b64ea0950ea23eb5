package org.gto4j.gto;

import java.util.Arrays;
import org.gto4j.tree.DraftTree;

/**
 * What asking the target about a tree's inner nodes can still change: at each node, the most that its tree's reward may
 * rise by what comes below. The target's probabilities of a node's children add up to at most 1, so that each level
 * below a path of probability p holds at most p.
 */
final class RemainingReward {
    private final DraftTree tree;
    private final Reward reward;
    private final double eta;
    private final int[] height;
    private final int[] leaves;
    private final int[] spread;
    private final int allLeaves;

    RemainingReward(DraftTree tree, RewardOptions options) {
        this.tree = tree;
        this.reward = options.reward();
        this.eta = options.eta();
        height = new int[tree.size()];
        leaves = new int[tree.size()];
        spread = new int[tree.size()];
        int atRoot = 0;
        // Parents stand before their children.
        for (int i = tree.size() - 1; i >= 0; i--) {
            leaves[i] = Math.max(1, leaves[i]);
            int parent = tree.parents()[i];
            if (parent < 0) {
                atRoot += leaves[i];
                continue;
            }
            height[parent] = Math.max(height[parent], height[i] + 1);
            leaves[parent] += leaves[i];
            // All of the probability in one child adds to each leaf below that child.
            spread[parent] = Math.max(spread[parent], leaves[i] + spread[i]);
        }
        allLeaves = atRoot;
    }

    /**
     * The stakes.
     *
     * @param probabilities of the nodes after the paths above them; 0 below nodes that the target wasn't asked about
     * @return one a node; 0 for leaves. Below a node that was asked it is no bound
     */
    double[] of(float[] probabilities) {
        int n = tree.size();
        double[] path = new double[n];
        double[] length = new double[n];
        double longest = 0;
        for (int i = 0; i < n; i++) {
            int parent = tree.parents()[i];
            path[i] = (parent < 0 ? 1 : path[parent]) * probabilities[i];
            length[i] = (parent < 0 ? 0 : length[parent]) + path[i];
            longest = Math.max(longest, length[i]);
        }
        double top = longest;
        double partition = Arrays.stream(tree.leaves())
                .mapToDouble(leaf -> Math.exp(eta * (length[leaf] - top)))
                .sum();
        double[] stakes = new double[n];
        for (int i = 0; i < n; i++) {
            double below = path[i] * height[i];
            if (below > 0) {
                stakes[i] = switch (reward) {
                    case EXACT, GREEDY -> below;
                    case MAX -> Math.max(0, length[i] + below - longest);
                    case MEAN -> path[i] * spread[i] / allLeaves;
                    // exp is convex: leaves whose lengths rise by x_k <= below add up to at most sum(x_k) * (exp(eta
                    // below) - 1) / below.
                    case LSE ->
                        Math.log1p(path[i]
                                        * spread[i]
                                        * Math.exp(eta * (length[i] - longest))
                                        * Math.expm1(eta * below)
                                        / below
                                        / partition)
                                / eta;
                };
            }
        }
        return stakes;
    }
}
