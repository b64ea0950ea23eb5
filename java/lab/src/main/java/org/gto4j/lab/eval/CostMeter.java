package org.gto4j.lab.eval;

import org.gto4j.simulation.CycleClock;
import org.gto4j.tree.Children;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.DrawnTokens;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * A policy that grows another's trees and adds up what its cycles take by measured costs: the draft's rows that it asks
 * for, and the verification of its trees. For one decoder; not thread-safe.
 */
final class CostMeter extends ForwardingTreePolicy {
    private final @Nullable CycleClock clock;
    private int cycles;

    /** @param costs null: nothing is added up */
    CostMeter(TreePolicy policy, @Nullable CycleCosts costs) {
        super(policy);
        clock = costs == null ? null : new CycleClock(costs);
    }

    /** Starts from 0. */
    void reset() {
        if (clock != null) {
            clock.reset();
        }
        cycles = 0;
    }

    /**
     * Seconds since {@link #reset} of this number of cycles, those without a planned tree (the last token's) included;
     * NaN without costs.
     */
    double seconds(int all) {
        return clock == null
                ? Double.NaN
                : clock.seconds() + (all - cycles) * clock.costs().plain();
    }

    @Override
    public TreePlanner planner() {
        return clock == null ? super.planner() : new Metered(super.planner(), clock);
    }

    private final class Metered extends ForwardingTreePlanner {
        private final CycleClock clock;
        private boolean drafting;

        Metered(TreePlanner planner, CycleClock clock) {
            super(planner);
            this.clock = clock;
        }

        @Override
        public boolean drafts(TokenHistory history, int gained) {
            boolean drafts = super.drafts(history, gained);
            drafting = drafts && needsDraft();
            if (drafting && gained > 0) {
                clock.followed(gained);
            }
            return drafts;
        }

        @Override
        public DraftTree plan(Drafter drafter, int depth, int nodes) {
            return super.plan(new MeteredDrafter(drafter), depth, nodes);
        }

        @Override
        public void verified(DraftTree tree, int[] accepted, int next) {
            cycles++;
            clock.verified(drafting, tree.size());
            super.verified(tree, accepted, next);
        }

        private final class MeteredDrafter implements Drafter {
            private final Drafter drafter;

            MeteredDrafter(Drafter drafter) {
                this.drafter = drafter;
            }

            @Override
            public TokenHistory history() {
                return drafter.history();
            }

            @Override
            public Children roots(int k) {
                clock.roots();
                return drafter.roots(k);
            }

            @Override
            public Children expand(int[] parents, int[] tokens, int k) {
                clock.level(parents.length);
                return drafter.expand(parents, tokens, k);
            }

            @Override
            public boolean draws() {
                return drafter.draws();
            }

            @Override
            public DrawnTokens draw(int[] nodes, int[][] fixed) {
                return drafter.draw(nodes, fixed);
            }
        }
    }
}
