package org.gto4j.tree;

import java.util.Objects;

/** A planner that does what another one does; what is to be different is overridden. Not thread-safe. */
public class ForwardingTreePlanner implements TreePlanner {
    private final TreePlanner planner;

    /** A planner that asks {@code planner}. */
    public ForwardingTreePlanner(TreePlanner planner) {
        this.planner = Objects.requireNonNull(planner, "planner");
    }

    @Override
    public void begins() {
        planner.begins();
    }

    @Override
    public boolean drafts(TokenHistory history, int gained) {
        return planner.drafts(history, gained);
    }

    @Override
    public void shares(int texts) {
        planner.shares(texts);
    }

    @Override
    public DraftTree plan(Drafter drafter, int depth, int nodes) {
        return planner.plan(drafter, depth, nodes);
    }

    @Override
    public DraftTree planWithoutDraft(TokenHistory history, int depth, int nodes) {
        return planner.planWithoutDraft(history, depth, nodes);
    }

    @Override
    public void verified(DraftTree tree, int[] accepted, int next) {
        planner.verified(tree, accepted, next);
    }

    @Override
    public void took(double seconds) {
        planner.took(seconds);
    }
}
