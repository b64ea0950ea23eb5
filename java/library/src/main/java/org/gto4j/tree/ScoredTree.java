package org.gto4j.tree;

/**
 * Another policy's trees, whose nodes are scored by the draft and by the text: a token that stood behind the same
 * tokens before is more probable than the draft believes. docs/tau.md has the formula and what it gains. Where children
 * are drawn, the scores choose the fixed ones; the draft's own distribution is drawn from.
 */
public final class ScoredTree extends ForwardingTreePolicy {
    private final TreePolicy policy;

    private ScoredTree(TreePolicy policy) {
        super(policy);
        this.policy = policy;
    }

    /** The policy, scored; itself if it is already, or if its trees come from no draft. */
    public static TreePolicy of(TreePolicy policy) {
        return policy instanceof ScoredTree || !policy.needsDraft() ? policy : new ScoredTree(policy);
    }

    @Override
    public TreePolicy drawing(DrawnChild drawn) {
        return of(policy.drawing(drawn));
    }

    @Override
    public TreePlanner planner() {
        return new ScoringPlanner(policy.planner());
    }

    @Override
    public String name() {
        return policy.name() + " scored";
    }

    @Override
    public String toString() {
        return name();
    }
}
