package org.gto4j.tree;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Trees whose size follows what they cost and what they gain: each cycle's is the one that promises the most tokens a
 * second, by measured costs and by probabilities that are calibrated on what the target accepted. Where drafting
 * doesn't pay it decodes plainly and tries again later.
 *
 * <p>A tree has a branch that copies what followed the text's last tokens where they stood in it before (prompt lookup,
 * arXiv 2411.10666), as far as such tokens were accepted: good where answers repeat their prompt.
 */
public final class CostAwareTree extends LayeredTree {
    private static final int DEFAULT_DEPTH = 8;
    private static final int DEFAULT_TOP_K = 8;
    private static final int DEFAULT_NODES = 63;

    private final CycleCosts costs;
    private final @Nullable DrawnChild drawn;

    /** At most 63 nodes, depth 8, top-k 8. */
    public CostAwareTree(CycleCosts costs) {
        this(costs, DEFAULT_DEPTH, DEFAULT_TOP_K, DEFAULT_NODES);
    }

    /**
     * @param costs of target and draft on this machine
     * @param depth most levels, at least 1
     * @param topK most children a node and nodes expanded a level, at least 1
     * @param nodes most nodes of a tree, at least 1
     */
    public CostAwareTree(CycleCosts costs, int depth, int topK, int nodes) {
        this(Objects.requireNonNull(costs, "costs"), new TreeLimits(depth, topK, nodes), null, true);
    }

    private CostAwareTree(CycleCosts costs, TreeLimits limits, @Nullable DrawnChild drawn, boolean lookup) {
        super(limits, lookup);
        this.costs = costs;
        this.drawn = drawn;
    }

    /** The same trees without the branch that copies the text. */
    public CostAwareTree withoutLookup() {
        return new CostAwareTree(costs, limits, drawn, false);
    }

    @Override
    public @Nullable DrawnChild drawnChild() {
        return drawn;
    }

    @Override
    public CostAwareTree drawing(DrawnChild how) {
        return new CostAwareTree(costs, limits, Objects.requireNonNull(how, "drawn"), lookup);
    }

    /** The costs that it weighs. */
    public CycleCosts costs() {
        return costs;
    }

    @Override
    public TreePlanner planner() {
        return new CostAwarePlanner(costs, limits, drawn != null, lookup);
    }

    @Override
    public String name() {
        String name = lookup ? "cost-aware" : "cost-aware without lookup";
        return drawn == null ? name : drawn.named(name);
    }
}
