package org.gto4j.gto;

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
        Trie trie = new Trie(new int[] {1, 2, 3, 4}, RewardOptions.exact(1));
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
    void stakesAreThoseOfTheTreeWhereTheyAreHighest() {
        Trie trie = new Trie(new int[] {1, 2, 3, 4}, RewardOptions.exact(1));
        trie.add(tree(new int[] {3, 4, 7, 8}, new int[] {-1, 0, 1, 2}), 0);
        trie.add(tree(new int[] {4, 7, 8, 9}, new int[] {-1, 0, 1, 2}), 1);
        trie.setTextProbability(2, 0.5f);
        trie.setTextProbability(3, 0.25f);
        int seven = trie.childrenOfText(3).get(0);
        int eight = trie.node(seven).children.get(0);
        trie.node(seven).probability = 0.8f;
        trie.weigh();
        assertEquals(2 * 0.25 * 0.8, trie.node(seven).stake, 1e-7, "two levels below in the second tree");
        trie.node(seven).evaluated = true;
        trie.node(eight).probability = 0.5f;
        trie.weigh();
        assertEquals(0.1, trie.node(eight).stake, 1e-7);
        assertArrayEquals(new float[] {0.5f, 0.25f, 0.8f, 0.5f}, trie.probabilities()[0]);
        assertArrayEquals(new float[] {0.25f, 0.8f, 0.5f, 0}, trie.probabilities()[1]);
        assertArrayEquals(new double[] {0, 0.1}, trie.bounds(), 1e-7);
    }
}
