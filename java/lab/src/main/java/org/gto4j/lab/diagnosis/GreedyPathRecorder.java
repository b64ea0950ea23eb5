package org.gto4j.lab.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TreePlanner;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic tree that keeps, for each cycle, the tree and the draft's greedy path of the tree's full depth. Not
 * thread-safe.
 */
final class GreedyPathRecorder extends ForwardingTreePolicy {
    private final int depth;
    private final List<@Nullable Grown> grown = new ArrayList<>();

    /**
     * What was grown in a cycle.
     *
     * @param tree what is verified
     * @param greedy the draft's greedy path, a chain as long as the tree may be deep
     * @param offers what the draft offered for the tree
     */
    record Grown(DraftTree tree, DraftTree greedy, OfferedChildren offers) {}

    GreedyPathRecorder(DynamicTree policy) {
        super(policy);
        depth = policy.depth();
    }

    /** All cycles since the last call; null where the text had no room for a whole tree. */
    List<@Nullable Grown> take() {
        List<@Nullable Grown> taken = new ArrayList<>(grown);
        grown.clear();
        return taken;
    }

    @Override
    public TreePlanner planner() {
        return new ForwardingTreePlanner(super.planner()) {
            @Override
            public DraftTree plan(Drafter drafter, int mostDepth, int nodes) {
                OfferedChildren offers = new OfferedChildren(drafter);
                GreedyPath path = new GreedyPath(offers, depth);
                DraftTree tree = super.plan(path, mostDepth, nodes);
                offers.close();
                grown.add(mostDepth < depth ? null : new Grown(tree, path.chain(), offers));
                return tree;
            }
        };
    }

    @Override
    public int maxExpanded() {
        return super.maxExpanded() + depth - 1;
    }
}
