package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One grown tree against trees grown to each size. With a grid ties are common. */
class NestedTreesTest {
    private static final int DEPTHS = 5;
    private static final int TOP_K = 4;

    @ParameterizedTest
    @ValueSource(floats = {0, 2})
    void sizesAreThoseOfTreesGrownToThem(float grid) {
        for (int seed = 0; seed < 20; seed++) {
            FakeDraft draft = new FakeDraft(seed, 16, grid);
            DraftTree candidates =
                    new DynamicTree(DEPTHS, TOP_K, TOP_K + (DEPTHS - 1) * TOP_K * TOP_K).build(draft.at(0));
            for (int leaf : candidates.leaves()) {
                int[] text = text(candidates, leaf);
                int[][] sizes = NestedTrees.sizes(candidates, candidates.path(text, 0), DEPTHS);
                for (int depth = 1; depth <= DEPTHS; depth++) {
                    for (int nodes = 1; nodes <= 24; nodes += 1 + seed % 3) {
                        int most = nodes;
                        int accepted = new DynamicTree(depth, TOP_K, nodes)
                                .build(draft.at(0))
                                .path(text, 0)
                                .length;
                        assertEquals(
                                accepted,
                                Arrays.stream(sizes[depth - 1])
                                        .filter(size -> size <= most)
                                        .count(),
                                "seed " + seed + ", leaf " + leaf + ", depth " + depth + ", nodes " + nodes);
                    }
                }
            }
        }
    }

    /** A layer's nodes beyond the tree's size can't be kept, nor can their children. */
    @ParameterizedTest
    @ValueSource(floats = {0, 2})
    void topKNeedNotExceedTheNodes(float grid) {
        for (int seed = 0; seed < 20; seed++) {
            FakeDraft draft = new FakeDraft(seed, 16, grid);
            for (int nodes = 1; nodes < 10; nodes++) {
                assertEquals(
                        ReferenceTree.lines(new DynamicTree(DEPTHS, 10, nodes).build(draft.at(0))),
                        ReferenceTree.lines(new DynamicTree(DEPTHS, nodes, nodes).build(draft.at(0))));
            }
        }
    }

    private static int[] text(DraftTree tree, int leaf) {
        int[] text = new int[tree.depth(leaf)];
        for (int node = leaf, at = text.length - 1; node >= 0; node = tree.parents()[node], at--) {
            text[at] = tree.tokens()[node];
        }
        return text;
    }
}
