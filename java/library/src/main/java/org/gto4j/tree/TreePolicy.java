package org.gto4j.tree;

/** Decides which draft trees are grown. Immutable and thread-safe; what a text teaches is kept by its planners. */
public interface TreePolicy {
    /** A planner for the texts of one decoder. */
    TreePlanner planner();

    /** Whether trees come from a draft model. */
    default boolean needsDraft() {
        return true;
    }

    /** Short name with its sizes, e.g. "tree 60/7/10", "chain 4", "plain". */
    String name();

    /** Most nodes of a tree, 0 if none is ever grown. */
    int maxNodes();

    /** Most leaves of a tree. */
    int maxLeaves();

    /** Most nodes that growing one tree evaluates with {@link Drafter#expand}. */
    int maxExpanded();
}
