package org.gto4j.eval;

import java.util.ArrayList;
import java.util.List;

import org.gto4j.tree.DraftTree;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;

/** A policy that keeps the trees that another, fixed one grows. Not thread-safe. */
public final class TreeRecorder implements TreePolicy {
    private final TreePolicy policy;
    private final List<DraftTree> trees = new ArrayList<>();

    /** Records the trees of {@code policy}. */
    public TreeRecorder(TreePolicy policy) {
        this.policy = policy;
    }

    /** The trees so far, one a cycle; a copy. */
    public List<DraftTree> trees() {
        return List.copyOf(trees);
    }

    @Override
    public TreePlanner planner() {
        TreePlanner planner = policy.planner();
        return (drafter, depth, nodes) -> {
            DraftTree tree = planner.plan(drafter, depth, nodes);
            trees.add(tree);
            return tree;
        };
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
}
