package org.gto4j.tree;

/** Plain decoding: no tree, one token a cycle. */
public final class NoTree implements TreePolicy {
    /** A policy that never drafts. */
    public NoTree() {}

    /** Plans empty trees; the drafter isn't asked. */
    @Override
    public TreePlanner planner() {
        return (drafter, depth, nodes) -> DraftTree.empty();
    }

    @Override
    public boolean needsDraft() {
        return false;
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public int maxNodes() {
        return 0;
    }

    @Override
    public int maxLeaves() {
        return 0;
    }

    @Override
    public int maxExpanded() {
        return 0;
    }

    @Override
    public String toString() {
        return name();
    }
}
