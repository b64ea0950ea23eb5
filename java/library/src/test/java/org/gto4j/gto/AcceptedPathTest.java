package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

class AcceptedPathTest {
    /** Root's children 5 and 6; below 6: 5 and 7; below that 7: 8. */
    private static final DraftTree TREE = new DraftTree(
            new int[] {5, 6, 5, 7, 8}, new int[] {-1, -1, 1, 1, 3}, new float[] {-1, -2, -4, -8, -16}, new float[] {
                -1, -2, -6, -10, -26
            });

    private static void assertPath(int[] tokens, double logProb, AcceptedPath found) {
        assertArrayEquals(tokens, found.tokens());
        assertEquals(logProb, found.logProb());
    }

    @Test
    void longestPrefixInsideTheTree() {
        assertPath(new int[] {6, 7, 8}, -26, AcceptedPath.onText(TREE, new int[] {0, 1, 6, 7, 8, 9}, 0));
        assertPath(new int[] {6, 7}, -10, AcceptedPath.onText(TREE, new int[] {0, 1, 6, 7, 9, 8}, 0));
        assertPath(new int[] {5}, -1, AcceptedPath.onText(TREE, new int[] {0, 0, 1, 5, 7}, 1));
        assertPath(new int[0], 0, AcceptedPath.onText(TREE, new int[] {0, 1, 9}, 0));
        assertPath(new int[0], 0, AcceptedPath.onText(DraftTree.empty(), new int[] {0, 1, 9}, 0));
    }

    @Test
    void endsWithTheText() {
        assertPath(new int[] {6, 7}, -10, AcceptedPath.onText(TREE, new int[] {0, 1, 6, 7}, 0));
    }

    @Test
    void walksTheMostProbableTokens() {
        assertPath(new int[] {6, 7, 8}, -26, AcceptedPath.walked(TREE, new float[] {0, 1, 0, 1, 1}));
        assertPath(new int[] {5}, -1, AcceptedPath.walked(TREE, new float[] {1, 0, 0, 1, 1}));
        assertPath(new int[0], 0, AcceptedPath.walked(TREE, new float[] {0, 0, 1, 0, 1}));
        assertPath(new int[0], 0, AcceptedPath.walked(DraftTree.empty(), new float[0]));
    }
}
