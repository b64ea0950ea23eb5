package org.gto4j.lab.report;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;

/** A policy that keeps the trees that another, fixed one grows. Not thread-safe. */
public final class TreeRecorder extends ForwardingTreePolicy {
    private final List<DraftTree> trees = new ArrayList<>();

    /** Records the trees of {@code policy}. */
    public TreeRecorder(TreePolicy policy) {
        super(policy);
    }

    /** The trees so far, one a cycle; a copy. */
    public List<DraftTree> trees() {
        return List.copyOf(trees);
    }

    @Override
    public TreePlanner planner() {
        return new ForwardingTreePlanner(super.planner()) {
            @Override
            public DraftTree plan(Drafter drafter, int depth, int nodes) {
                DraftTree tree = super.plan(drafter, depth, nodes);
                trees.add(tree);
                return tree;
            }
        };
    }
}
