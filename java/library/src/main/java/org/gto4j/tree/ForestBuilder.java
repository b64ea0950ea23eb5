package org.gto4j.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Grows the dynamic trees of many roots together: one call of {@link ForestDrafter#expand} a layer, whatever their
 * number.
 */
public final class ForestBuilder {
    private ForestBuilder() {}

    /**
     * Grows one tree a root. Each tree is what {@link DynamicTree#build} gives for that root alone.
     *
     * @param drafter e.g. a draft session with room for {@code trunkRows.length * policy.maxExpanded()} more nodes
     * @param trunkRows the roots' rows; roots must have been computed for them
     * @param policy sizes of the trees
     * @return one tree a row, in their order
     */
    public static List<DraftTree> build(ForestDrafter drafter, int[] trunkRows, DynamicTree policy) {
        List<TreeGrowth> forest = new ArrayList<>(trunkRows.length);
        if (trunkRows.length == 0) {
            return List.of();
        }
        Offspring children = Offspring.of(drafter.roots(trunkRows, policy.topK(), null));
        for (int i = 0; i < trunkRows.length; i++) {
            TreeGrowth tree = new TreeGrowth(policy.topK(), -1 - trunkRows[i], Scoring.DRAFT, Scoring.DRAFT);
            tree.offerRoot(children, i);
            forest.add(tree);
        }
        for (int layer = 1; layer < policy.depth(); layer++) {
            growLayer(drafter, forest, policy);
        }
        return forest.stream().map(tree -> tree.keep(policy.maxNodes())).toList();
    }

    private static void growLayer(ForestDrafter drafter, List<TreeGrowth> forest, DynamicTree policy) {
        int[] parents = new int[forest.size() * policy.topK()];
        int[] tokens = new int[parents.length];
        int[] first = new int[forest.size() + 1];
        for (int i = 0; i < forest.size(); i++) {
            TreeGrowth tree = forest.get(i);
            first[i + 1] = first[i] + tree.advance(policy.topK(), policy.nodes());
            tree.writeFrontier(parents, tokens, first[i]);
        }
        int rows = first[forest.size()];
        if (rows == 0) {
            return;
        }
        Offspring children = Offspring.of(
                drafter.expand(Arrays.copyOf(parents, rows), Arrays.copyOf(tokens, rows), policy.topK(), null));
        for (int i = 0; i < forest.size(); i++) {
            forest.get(i).offerFrontier(children, first[i]);
        }
    }
}
