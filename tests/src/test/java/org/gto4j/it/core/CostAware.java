package org.gto4j.it.core;

import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;

/** Cost-aware trees whose costs don't come from a clock, so that tests repeat. */
final class CostAware {
    private CostAware() {}

    /** A machine where drafting pays. */
    static CostAwareTree cheap() {
        return at(0.01, 0.01);
    }

    /** A machine where it mostly doesn't: trees, trials and rests take turns. */
    static CostAwareTree dear() {
        return at(0.4, 0.1);
    }

    private static CostAwareTree at(double row, double level) {
        CostTable draft = new CostTable(new int[] {1, 8}, new double[] {level, 1.5 * level});
        return new CostAwareTree(new CycleCosts(
                new CostTable(new int[] {1, 64}, new double[] {1, 1 + 63 * row}), draft, level / 2, draft));
    }
}
