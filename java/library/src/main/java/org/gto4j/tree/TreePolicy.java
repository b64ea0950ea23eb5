package org.gto4j.tree;

import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/** Decides which draft trees are grown. Immutable and thread-safe; what a text teaches is kept by its planners. */
public interface TreePolicy {
    /** A planner for the texts of one decoder. */
    TreePlanner planner();

    /** Whether trees come from a draft model. */
    default boolean needsDraft() {
        return true;
    }

    /** How trees have drawn children where a text is sampled; null, the default: they have none. */
    default @Nullable DrawnChild drawnChild() {
        return null;
    }

    /**
     * The same policy whose trees have drawn children where a text is sampled; itself if its trees come from no draft.
     * A {@link GtoException} of kind ARGUMENT if the policy has no trees with drawn children.
     */
    default TreePolicy drawing(DrawnChild drawn) {
        if (!needsDraft()) {
            return this;
        }
        throw new GtoException(
                GtoException.Kind.ARGUMENT,
                "the trees of '" + name() + "' can't have drawn children: expected a chain, a static, dynamic or "
                        + "cost-aware tree");
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
