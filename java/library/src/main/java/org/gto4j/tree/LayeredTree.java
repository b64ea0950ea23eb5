package org.gto4j.tree;

/** A policy whose trees are grown layer by layer within limits. */
abstract class LayeredTree implements TreePolicy {
    final TreeLimits limits;

    LayeredTree(TreeLimits limits) {
        this.limits = limits;
    }

    @Override
    public int maxNodes() {
        return limits.mostNodes();
    }

    @Override
    public int maxLeaves() {
        return limits.mostLeaves();
    }

    @Override
    public int maxExpanded() {
        return limits.mostExpanded();
    }

    @Override
    public String toString() {
        return name();
    }
}
