package org.gto4j.tree;

/** Plain decoding: no tree, one token a cycle. */
public final class NoTree implements TreePolicy {
    /** A policy that never drafts. */
    public NoTree() {
    }

    /** The empty tree; the drafter isn't asked. */
    @Override
    public DraftTree build(Drafter drafter) {
        return DraftTree.empty();
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
