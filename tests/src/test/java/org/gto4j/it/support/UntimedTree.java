package org.gto4j.it.support;

import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;

/** Another policy's trees, whose planners aren't told how long cycles took: no clock decides, so that tests repeat. */
public final class UntimedTree extends ForwardingTreePolicy {
    private final TreePolicy policy;

    public UntimedTree(TreePolicy policy) {
        super(policy);
        this.policy = policy;
    }

    @Override
    public TreePolicy drawing(DrawnChild drawn) {
        return new UntimedTree(policy.drawing(drawn));
    }

    @Override
    public TreePlanner planner() {
        return new ForwardingTreePlanner(policy.planner()) {
            @Override
            public void took(double seconds) {}
        };
    }
}
