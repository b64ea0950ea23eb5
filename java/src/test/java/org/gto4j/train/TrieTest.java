package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

class TrieTest {
    private static DraftTree tree(int[] tokens, int[] parents) {
        return new DraftTree(tokens, parents, new float[tokens.length], new float[tokens.length]);
    }

    /** Text 1 2 3 4. A tree at row 0 (root 2) with 3 and, off the text, 9-8; one at row 1 (root 3) with 4-7. */
    private static Trie two() {
        Trie trie = new Trie(new int[] {1, 2, 3, 4});
        trie.add(tree(new int[] {3, 9, 8, 4}, new int[] {-1, -1, 1, 0}), 0);
        trie.add(tree(new int[] {4, 7}, new int[] {-1, 0}), 1);
        return trie;
    }

    @Test
    void placesAreSharedAcrossTreesAndPositions() {
        Trie trie = two();
        assertEquals(3, trie.size());
        trie.add(tree(new int[] {9, 8, 3, 4, 7}, new int[] {-1, 0, -1, 2, 3}), 0);
        assertEquals(3, trie.size());
        assertEquals(1, trie.inner());
        assertTrue(trie.needs(1) && trie.needs(2) && trie.needs(3));
        assertFalse(trie.needs(0));
        assertEquals(3, trie.lastNeeded());
        assertEquals(3, trie.node(0).position() + trie.node(0).depth);
    }

    @Test
    void reachIsThatOfTheTreeWhereItIsHighest() {
        Trie trie = two();
        trie.setTextProbability(2, 0.5f);
        trie.setTextProbability(3, 0.25f);
        int nine = trie.childrenOfText(1).get(0);
        int seven = trie.childrenOfText(3).get(0);
        int eight = trie.node(nine).children.get(0);
        trie.node(nine).probability = 0.4f;
        trie.node(seven).probability = 0.8f;
        trie.startReach();
        assertEquals(0.4, trie.node(nine).reach, 1e-7);
        assertEquals(0.25 * 0.8, trie.node(seven).reach, 1e-7);
        trie.descend(eight, 0.5f);
        assertEquals(0.2, trie.node(eight).reach, 1e-7);
        assertArrayEquals(new float[] {0.5f, 0.4f, 0.5f, 0.25f}, trie.probabilities()[0]);
        assertArrayEquals(new float[] {0.25f, 0.8f}, trie.probabilities()[1]);
    }

    /** Below a path that was given up each further level holds at most its probability. */
    @Test
    void boundsWhatIsGivenUp() {
        Trie trie = new Trie(new int[] {1, 2, 3, 4});
        trie.add(tree(new int[] {9, 8, 7, 6, 5}, new int[] {-1, 0, 1, -1, 3}), 0);
        trie.add(tree(new int[] {3}, new int[] {-1}), 0);
        int nine = trie.childrenOfText(1).get(0);
        int six = trie.childrenOfText(1).get(1);
        trie.node(nine).probability = 0.25f;
        trie.node(six).probability = 0.5f;
        trie.startReach();
        assertEquals(new PruningBound(0.5, 1), trie.bounds()[0], "two levels below 9, one below 6");
        trie.node(six).evaluated = true;
        assertEquals(new PruningBound(0.5, 0.5), trie.bounds()[0]);
        trie.node(nine).evaluated = true;
        trie.descend(trie.node(nine).children.get(0), 0.5f);
        assertEquals(new PruningBound(0.125, 0.125), trie.bounds()[0], "one level below 9-8");
        assertEquals(PruningBound.NONE, trie.bounds()[1]);
    }
}
