package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

class TextPathTest {
    /** Root's children 5 and 6; below 6: 5 and 7; below that 7: 8. */
    private static final DraftTree TREE = new DraftTree(new int[] {5, 6, 5, 7, 8}, new int[] {-1, -1, 1, 1, 3}, new float[] {-1, -2, -4, -8, -16},
        new float[] {-1, -2, -6, -10, -26});

    @Test
    void longestPrefixInsideTheTree() {
        assertEquals(new TextPath(3, -26), TextPath.of(TREE, new int[] {0, 1, 6, 7, 8, 9}, 0));
        assertEquals(new TextPath(2, -10), TextPath.of(TREE, new int[] {0, 1, 6, 7, 9, 8}, 0));
        assertEquals(new TextPath(1, -1), TextPath.of(TREE, new int[] {0, 0, 1, 5, 7}, 1));
        assertEquals(new TextPath(0, 0), TextPath.of(TREE, new int[] {0, 1, 9}, 0));
        assertEquals(new TextPath(0, 0), TextPath.of(DraftTree.empty(), new int[] {0, 1, 9}, 0));
    }

    @Test
    void endsWithTheText() {
        assertEquals(new TextPath(2, -10), TextPath.of(TREE, new int[] {0, 1, 6, 7}, 0));
    }
}
