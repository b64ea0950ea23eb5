package org.gto4j.tree;

/** A policy whose trees are grown layer by layer within limits. */
abstract class LayeredTree implements TreePolicy {
    final TreeLimits limits;
    final boolean lookup;

    /** @param lookup whether trees have a {@link LookupBranch}, which is beyond what the draft's levels can hold */
    LayeredTree(TreeLimits limits, boolean lookup) {
        this.limits = limits;
        this.lookup = lookup;
    }

    @Override
    public int maxNodes() {
        return lookup ? limits.nodes() : limits.mostNodes();
    }

    @Override
    public int maxLeaves() {
        return lookup ? limits.nodes() : limits.mostLeaves();
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
