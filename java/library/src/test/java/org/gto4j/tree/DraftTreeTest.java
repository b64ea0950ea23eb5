package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

class DraftTreeTest {
    /** Root - 10 - 30 - 50; 10 - 40; root - 20. */
    private static final DraftTree TREE = new DraftTree(
            new int[] {10, 20, 30, 40, 50},
            new int[] {-1, -1, 0, 0, 2},
            new float[] {-1, -3, -1, -4, -0.5f},
            new float[] {-1, -3, -2, -5, -2.5f});

    @Test
    void knowsDepthsAndLeaves() {
        assertEquals(5, TREE.size());
        assertEquals(1, TREE.depth(1));
        assertEquals(3, TREE.depth(4));
        assertEquals(3, TREE.depth());
        assertArrayEquals(new int[] {1, 3, 4}, TREE.leaves());
        assertEquals(0, DraftTree.empty().depth());
        assertEquals(0, DraftTree.empty().leaves().length);
    }

    @Test
    void limitsDepth() {
        DraftTree part = TREE.limited(2, 10);
        assertArrayEquals(new int[] {10, 20, 30, 40}, part.tokens());
        assertArrayEquals(new int[] {-1, -1, 0, 0}, part.parents());
        assertEquals(0, TREE.limited(0, 10).size());
    }

    @Test
    void limitsNodesToTheBest() {
        DraftTree part = TREE.limited(9, 3);
        assertArrayEquals(new int[] {10, 30, 50}, part.tokens());
        assertArrayEquals(new int[] {-1, 0, 1}, part.parents());
        assertArrayEquals(new float[] {-1, -2, -2.5f}, part.scores());
        assertEquals(0, TREE.limited(9, 0).size());
        assertSame(TREE, TREE.limited(3, 5));
    }

    @Test
    void aLimitedDynamicTreeIsThatOfFewerNodes() {
        for (int seed = 0; seed < 20; seed++) {
            DraftTree large = new DynamicTree(6, 5, 40).build(new FakeDraft(seed, 20, 0.5f).at(0));
            for (int nodes = 1; nodes <= 40; nodes++) {
                List<String> small =
                        ReferenceTree.lines(new DynamicTree(6, 5, nodes).build(new FakeDraft(seed, 20, 0.5f).at(0)));
                assertEquals(small, ReferenceTree.lines(large.limited(6, nodes)));
            }
        }
    }

    @Test
    void refusesArraysThatDisagree() {
        GtoException e = assertThrows(
                GtoException.class, () -> new DraftTree(new int[2], new int[1], new float[2], new float[2]));
        assertTrue(e.getMessage().contains("2 tokens"));
    }
}
