package org.gto4j.tree;

/** Another planner whose trees are grown by the probabilities of a {@link NodeScorer}. */
final class ScoringPlanner extends ForwardingTreePlanner {
    private final TextNgrams text = new TextNgrams();
    private final NodeScorer scorer = new NodeScorer(text);

    ScoringPlanner(TreePlanner planner) {
        super(planner);
    }

    @Override
    public void begins() {
        text.begins();
        super.begins();
    }

    @Override
    public DraftTree plan(Drafter drafter, int depth, int nodes) {
        text.follow(drafter.history());
        return super.plan(new ScoredDrafter(drafter, scorer), depth, nodes);
    }
}
