package org.gto4j.bench;

import java.util.concurrent.TimeUnit;
import org.gto4j.tree.Chain;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.TreePlanner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Growing one tree, the draft's own time left out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TreeBenchmark {
    /** Which policy. */
    @Param({"tree 60/7/10", "chain 7", "cost-aware"})
    public String policy;

    private final FixedDraft draft = new FixedDraft();
    private TreePlanner planner;

    /** A machine where a middling tree pays. */
    @Setup
    public void open() {
        CostTable draftCosts = new CostTable(new int[] {1, 8}, new double[] {0.03, 0.08});
        CycleCosts costs =
                new CycleCosts(new CostTable(new int[] {1, 64}, new double[] {1, 2.5}), draftCosts, 0.02, draftCosts);
        planner = switch (policy) {
            case "chain 7" -> new Chain(7).planner();
            case "cost-aware" -> new CostAwareTree(costs).withoutLookup().planner();
            default -> DynamicTree.eagle2().planner();
        };
    }

    /** One cycle of the planner; the first node is accepted. */
    @Benchmark
    public DraftTree grow() {
        planner.drafts(draft.history(), 2);
        DraftTree tree = planner.plan(draft, 8, 63);
        planner.verified(tree, tree.size() == 0 ? new int[0] : new int[] {0}, 0);
        return tree;
    }
}
