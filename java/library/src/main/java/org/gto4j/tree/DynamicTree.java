package org.gto4j.tree;

import org.jspecify.annotations.Nullable;

/**
 * The dynamic draft tree of EAGLE-2 (arXiv 2406.16858). A node's score is the sum of the draft's log-probabilities on
 * its path. In each of {@code depth} layers every frontier node offers its top-k children as candidates, and the best k
 * of the layer become the next frontier; at the end the best {@code nodes} candidates of all layers are kept. Ties go
 * to the lower depth, then to the candidate found first, so that a tree is reproducible; a kept node's ancestors are
 * always kept.
 */
public final class DynamicTree extends LayeredTree {
    /**
     * @param depth layers of candidates, at least 1; depth - 1 calls of {@link Drafter#expand}
     * @param topK children a node and nodes a frontier, at least 1
     * @param nodes nodes kept, at least 1
     */
    public DynamicTree(int depth, int topK, int nodes) {
        super(new TreeLimits(depth, topK, nodes));
    }

    /** The paper's sizes: depth 7, top-k 10, 60 nodes. */
    public static DynamicTree eagle2() {
        return new DynamicTree(7, 10, 60);
    }

    /** Layers of candidates. */
    public int depth() {
        return limits.depth();
    }

    /** Children a node and nodes a frontier. */
    public int topK() {
        return limits.topK();
    }

    /** Nodes kept, if there are as many candidates. */
    public int nodes() {
        return limits.nodes();
    }

    /** Grows the tree of the drafter's root: a deterministic function of what the drafter says. */
    public DraftTree build(Drafter drafter) {
        return ForestBuilder.build(new OneRoot(drafter), new int[] {0}, this).get(0);
    }

    @Override
    public TreePlanner planner() {
        return (drafter, mostDepth, mostNodes) -> build(drafter).limited(mostDepth, mostNodes);
    }

    @Override
    public String name() {
        return "tree " + limits.nodes() + "/" + limits.depth() + "/" + limits.topK();
    }

    /** A forest of the one row 0, whose parent code -1 - 0 is the drafter's -1 = root. */
    private record OneRoot(Drafter drafter) implements ForestDrafter {
        @Override
        public Children roots(int[] rows, int k, int @Nullable [] query) {
            return drafter.roots(k);
        }

        @Override
        public Children expand(int[] parents, int[] tokens, int k, int @Nullable [] query) {
            return drafter.expand(parents, tokens, k);
        }
    }
}
