package org.gto4j.tree;

/** Decides which draft tree is grown below a root. Immutable and thread-safe. */
public interface TreePolicy {
    /** Grows the tree of the drafter's root: a deterministic function of what the drafter says. */
    DraftTree build(Drafter drafter);

    /** Short name with its sizes, e.g. "tree 60/7/10", "chain 4", "plain". */
    String name();

    /** Most nodes of a tree, 0 if none is ever grown. */
    int maxNodes();

    /** Most leaves of a tree. */
    int maxLeaves();

    /** Most nodes that one build evaluates with {@link Drafter#expand}. */
    int maxExpanded();
}
