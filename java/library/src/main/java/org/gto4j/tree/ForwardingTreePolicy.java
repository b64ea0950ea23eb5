package org.gto4j.tree;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A policy that is another one but for what a subclass changes: to watch or to bend how trees are grown. */
public abstract class ForwardingTreePolicy implements TreePolicy {
    private final TreePolicy policy;

    /** @param policy that is asked for everything */
    protected ForwardingTreePolicy(TreePolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    @Override
    public TreePlanner planner() {
        return policy.planner();
    }

    @Override
    public boolean needsDraft() {
        return policy.needsDraft();
    }

    @Override
    public @Nullable DrawnChild drawnChild() {
        return policy.drawnChild();
    }

    @Override
    public String name() {
        return policy.name();
    }

    @Override
    public int maxNodes() {
        return policy.maxNodes();
    }

    @Override
    public int maxLeaves() {
        return policy.maxLeaves();
    }

    @Override
    public int maxExpanded() {
        return policy.maxExpanded();
    }

    @Override
    public String toString() {
        return policy.toString();
    }
}
