package org.gto4j.tree;

/** A chain: the draft's most probable token at each step. */
public final class Chain implements TreePolicy {
    private final DynamicTree chain;

    /** @param length tokens, at least 1 */
    public Chain(int length) {
        chain = new DynamicTree(length, 1, length);
    }

    @Override
    public TreePlanner planner() {
        return chain.planner();
    }

    @Override
    public String name() {
        return "chain " + maxNodes();
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
