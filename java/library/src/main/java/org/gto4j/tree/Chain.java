package org.gto4j.tree;

import org.jspecify.annotations.Nullable;

/**
 * A chain: the draft's most probable token at each step, or a drawn one, which is the speculative sampling of arXiv
 * 2211.17192.
 */
public final class Chain implements TreePolicy {
    private final TreePolicy chain;

    /** @param length tokens, at least 1 */
    public Chain(int length) {
        this(new DynamicTree(length, 1, length));
    }

    private Chain(TreePolicy chain) {
        this.chain = chain;
    }

    @Override
    public @Nullable DrawnChild drawnChild() {
        return chain.drawnChild();
    }

    @Override
    public Chain drawing(DrawnChild drawn) {
        return new Chain(chain.drawing(drawn));
    }

    @Override
    public TreePlanner planner() {
        return chain.planner();
    }

    @Override
    public String name() {
        String name = "chain " + maxNodes();
        DrawnChild drawn = drawnChild();
        return drawn == null ? name : drawn.named(name);
    }

    @Override
    public int maxNodes() {
        return chain.maxNodes();
    }

    @Override
    public int maxLeaves() {
        return 1;
    }

    @Override
    public int maxExpanded() {
        return chain.maxExpanded();
    }

    @Override
    public String toString() {
        return name();
    }
}
