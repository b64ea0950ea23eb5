package org.gto4j.tree;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic draft tree of EAGLE-2 (arXiv 2406.16858). A node's score is the sum of the draft's log-probabilities on
 * its path. In each of {@code depth} layers every frontier node offers its top-k children as candidates, and the best k
 * of the layer become the next frontier; at the end the best {@code nodes} candidates of all layers are kept. Ties go
 * to the lower depth, then to the candidate found first, so that a tree is reproducible; a kept node's ancestors are
 * always kept.
 *
 * <p>With drawn children each node that is evaluated offers one, beside those of its best children that a tree of this
 * size would keep. The drawn child's score doesn't depend on its token, and what is found below it scores no better
 * than it does. So whether it is kept follows from nodes that don't depend on its token.
 */
public final class DynamicTree extends LayeredTree {
    private final @Nullable DrawnChild drawn;

    /**
     * @param depth layers of candidates, at least 1; depth - 1 calls of {@link Drafter#expand}
     * @param topK children a node and nodes a frontier, at least 1
     * @param nodes nodes kept, at least 1
     */
    public DynamicTree(int depth, int topK, int nodes) {
        this(new TreeLimits(depth, topK, nodes), null, false);
    }

    private DynamicTree(TreeLimits limits, @Nullable DrawnChild drawn, boolean lookup) {
        super(limits, lookup);
        this.drawn = drawn;
    }

    /** The paper's sizes: depth 7, top-k 10, 60 nodes. */
    public static DynamicTree eagle2() {
        return new DynamicTree(7, 10, 60);
    }

    /** Layers of candidates. */
    public int depth() {
        return limits.depth();
    }

    /** Children a node and nodes a frontier. */
    public int topK() {
        return limits.topK();
    }

    /** Nodes kept, if there are as many candidates. */
    public int nodes() {
        return limits.nodes();
    }

    @Override
    public @Nullable DrawnChild drawnChild() {
        return drawn;
    }

    @Override
    public DynamicTree drawing(DrawnChild how) {
        return new DynamicTree(limits, Objects.requireNonNull(how, "drawn"), lookup);
    }

    /**
     * Trees of the same size in which what followed the text's last tokens where they stood in it before is a branch,
     * as far as it is more probable than the draft's nodes (prompt lookup, arXiv 2411.10666). Where children are drawn,
     * copied ones are fixed. Trees of {@link #build}, training and rewards have no such branch.
     */
    public DynamicTree withLookup() {
        return new DynamicTree(limits, drawn, true);
    }

    /** Grows the tree of the drafter's root: a deterministic function of what the drafter says. */
    public DraftTree build(Drafter drafter) {
        return drawn != null && drafter.draws()
                ? grow(drafter, null, depth())
                : ForestBuilder.build(new OneRoot(drafter), new int[] {0}, this).get(0);
    }

    /**
     * A tree of one root with drawn children where the drafter draws, and with a branch.
     *
     * @param mostDepth most levels of the branch
     */
    DraftTree grow(Drafter drafter, @Nullable LookupBranch branch, int mostDepth) {
        TreeGrowth tree = new TreeGrowth(topK(), -1, Scoring.DRAFT, Scoring.DRAFT);
        CopiedToken next = tree.toCopy(branch, -1, 1, mostDepth);
        tree.offerRoot(offspring(drafter, new int[] {-1}, drafter.roots(topK()), row -> 0, next), 0);
        int copied = tree.copy(branch, -1, 1, mostDepth);
        int level = 2;
        for (; level <= depth(); level++) {
            int rows = tree.advance(topK(), nodes());
            if (rows == 0) {
                break;
            }
            int[] parents = new int[rows];
            int[] tokens = new int[rows];
            tree.writeFrontier(parents, tokens, 0);
            Children below = drafter.expand(parents, tokens, topK());
            next = tree.toCopy(branch, copied, level, mostDepth);
            int[] ids = tree.frontierIds(below.firstNode());
            tree.offerFrontier(offspring(drafter, ids, below, tree::frontierScore, next), 0);
            copied = tree.copy(branch, copied, level, mostDepth);
        }
        for (; copied >= 0; level++) {
            copied = tree.copy(branch, copied, level, mostDepth);
        }
        return tree.keep(nodes());
    }

    private Offspring offspring(
            Drafter drafter, int[] ids, Children children, PathScore path, @Nullable CopiedToken copied) {
        return drawn != null && drafter.draws()
                ? Offspring.draw(
                        drafter, ids, children, row -> DrawnChild.fixed(children, row, path.of(row), nodes()), copied)
                : Offspring.of(children);
    }

    @Override
    public TreePlanner planner() {
        return lookup
                ? new LookupPlanner(this)
                : (drafter, mostDepth, mostNodes) -> build(drafter).limited(mostDepth, mostNodes);
    }

    @Override
    public String name() {
        String name =
                "tree " + limits.nodes() + "/" + limits.depth() + "/" + limits.topK() + (lookup ? " + lookup" : "");
        return drawn == null ? name : drawn.named(name);
    }

    /** A forest of the one row 0, whose parent code -1 - 0 is the drafter's -1 = root. */
    private record OneRoot(Drafter drafter) implements ForestDrafter {
        @Override
        public Children roots(int[] rows, int k, int @Nullable [] query) {
            return drafter.roots(k);
        }

        @Override
        public Children expand(int[] parents, int[] tokens, int k, int @Nullable [] query) {
            return drafter.expand(parents, tokens, k);
        }
    }
}
