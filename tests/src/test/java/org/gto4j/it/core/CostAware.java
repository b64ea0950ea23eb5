package org.gto4j.it.core;

import org.gto4j.it.support.UntimedTree;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.TreePolicy;

/** Cost-aware trees of invented costs. But for {@link #timed} no clock corrects them, so that tests repeat. */
final class CostAware {
    private CostAware() {}

    /** A machine where drafting pays. */
    static TreePolicy cheap() {
        return new UntimedTree(at(0.01, 0.01));
    }

    /** The same without the branch that copies the text. */
    static TreePolicy cheapWithoutLookup() {
        return new UntimedTree(at(0.01, 0.01).withoutLookup());
    }

    /** A machine where it mostly doesn't: trees, trials and rests take turns. */
    static TreePolicy dear() {
        return new UntimedTree(at(0.4, 0.1));
    }

    /** Costs that this machine's clock corrects: what trees there are is left to chance. */
    static TreePolicy timed() {
        return at(0.01, 0.01);
    }

    private static CostAwareTree at(double row, double level) {
        CostTable draft = new CostTable(new int[] {1, 8}, new double[] {level, 1.5 * level});
        return new CostAwareTree(new CycleCosts(
                new CostTable(new int[] {1, 64}, new double[] {1, 1 + 63 * row}), draft, level / 2, draft));
    }
}
