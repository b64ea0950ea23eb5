package org.gto4j.tree;

/** Grows dynamic trees with a {@link LookupBranch}, and learns how often its tokens are accepted. */
final class LookupPlanner implements TreePlanner {
    private final DynamicTree policy;
    private final LookupBranch lookup = new LookupBranch();

    LookupPlanner(DynamicTree policy) {
        this.policy = policy;
    }

    @Override
    public void begins() {
        lookup.begins();
    }

    @Override
    public DraftTree plan(Drafter drafter, int depth, int nodes) {
        lookup.find(drafter.history());
        return policy.grow(drafter, lookup, depth).limited(depth, nodes);
    }

    @Override
    public void verified(DraftTree tree, int[] accepted, int next) {
        lookup.learn(tree, accepted, next);
    }
}
