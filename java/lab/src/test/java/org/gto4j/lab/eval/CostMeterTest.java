package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.tree.Chain;
import org.gto4j.tree.Children;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.junit.jupiter.api.Test;

class CostMeterTest {
    /** verification 100 + n, trunk 1000 n, root 7, level 10000 n. */
    private static final CycleCosts COSTS = new CycleCosts(linear(101, 1), linear(1000, 1000), 7, linear(10000, 10000));

    private static CostTable linear(double first, double slope) {
        return new CostTable(new int[] {1, 2}, new double[] {first, first + slope});
    }

    /** A text of one token. */
    private static final TokenHistory TEXT = new TokenHistory() {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int token(int i) {
            return 3;
        }
    };

    /** Always the same two children. */
    private static final Drafter DRAFTER = new Drafter() {
        @Override
        public TokenHistory history() {
            throw new AssertionError();
        }

        @Override
        public Children roots(int k) {
            return new Children(-1, 1, new int[] {5}, new float[] {-1}, null);
        }

        @Override
        public Children expand(int[] parents, int[] tokens, int k) {
            return new Children(0, 1, new int[] {6}, new float[] {-1}, null);
        }
    };

    @Test
    void addsUpWhatACycleAsksFor() {
        CostMeter meter = new CostMeter(new Chain(3), COSTS);
        TreePlanner planner = meter.planner();
        assertTrue(planner.drafts(TEXT, 4));
        DraftTree tree = planner.plan(DRAFTER, 9, 9);
        planner.verified(tree, new int[] {0}, 4);
        // four trunk rows, the root, two levels of one node, four rows verified
        double cycle = 4000 + 7 + 2 * 10000 + 104;
        assertEquals(cycle, meter.seconds(1), 1e-9);
        assertEquals(cycle + 101, meter.seconds(2), 1e-9, "a cycle without a planned tree is a plain one");
        meter.reset();
        assertEquals(0, meter.seconds(0));
    }

    @Test
    void plainCyclesVerifyOneRow() {
        CostMeter meter = new CostMeter(new NoTree(), COSTS);
        TreePlanner planner = meter.planner();
        for (int cycle = 0; cycle < 3; cycle++) {
            assertTrue(planner.drafts(TEXT, 1));
            planner.verified(planner.plan(DRAFTER, 1, 1), new int[0], 4);
        }
        assertEquals(3 * 101, meter.seconds(3), 1e-9);
    }

    @Test
    void itsPlannerIsToldWhatAPlannerIsTold() {
        List<String> told = new ArrayList<>();
        CostMeter meter = new CostMeter(
                new ForwardingTreePolicy(new NoTree()) {
                    @Override
                    public TreePlanner planner() {
                        return new ForwardingTreePlanner(super.planner()) {
                            @Override
                            public void begins() {
                                told.add("begins");
                            }

                            @Override
                            public void shares(int texts) {
                                told.add("shares " + texts);
                            }
                        };
                    }
                },
                COSTS);
        TreePlanner planner = meter.planner();
        planner.begins();
        planner.shares(3);
        assertEquals(List.of("begins", "shares 3"), told);
    }

    @Test
    void isThePolicyOtherwise() {
        CostMeter meter = new CostMeter(new Chain(3), null);
        assertEquals("chain 3", meter.name());
        assertEquals(3, meter.maxNodes());
        assertEquals(1, meter.maxLeaves());
        assertEquals(2, meter.maxExpanded());
        assertTrue(meter.needsDraft() && !new CostMeter(new NoTree(), null).needsDraft());
        assertTrue(Double.isNaN(meter.seconds(5)), "without costs nothing is known");
        DraftTree empty = DraftTree.empty();
        assertSame(empty, new CostMeter(new NoTree(), COSTS).planner().plan(DRAFTER, 1, 1));
    }
}
