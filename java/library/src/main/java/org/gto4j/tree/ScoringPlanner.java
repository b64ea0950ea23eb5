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

    /** Where children are drawn, their probabilities are the draft's: a drawn child is accepted by those. */
    @Override
    public DraftTree plan(Drafter drafter, int depth, int nodes) {
        if (drafter.draws()) {
            return super.plan(drafter, depth, nodes);
        }
        text.follow(drafter.history());
        return super.plan(new ScoredDrafter(drafter, scorer), depth, nodes);
    }
}
