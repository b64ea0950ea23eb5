package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PromptLookupTest {
    private static int[] drafted(PromptLookup policy, int... text) {
        return policy.planner()
                .plan(Drafter.ofText(new KnownText(text)), 20, 20)
                .tokens();
    }

    @Test
    void continuesTheLatestPlaceOfTheLongestMatch() {
        PromptLookup lookup = new PromptLookup(3, 4);
        assertArrayEquals(new int[] {7, 8, 9, 1}, drafted(lookup, 1, 2, 3, 7, 8, 9, 1, 2, 3));
        // 2 3 stood twice: the later place counts, and the longer match 1 2 3 before it counts more
        assertArrayEquals(new int[] {5, 1, 2, 3}, drafted(lookup, 9, 2, 3, 4, 2, 3, 5, 1, 2, 3));
        assertArrayEquals(new int[] {6, 0, 2, 3}, drafted(lookup, 1, 2, 3, 6, 0, 2, 3, 8, 1, 2, 3));
    }

    @Test
    void shorterMatchesAndNone() {
        assertArrayEquals(new int[] {4, 5, 9, 3}, drafted(new PromptLookup(3, 10), 1, 3, 4, 5, 9, 3));
        assertEquals(0, drafted(new PromptLookup(3, 10), 1, 2, 3).length);
        assertEquals(0, drafted(new PromptLookup(3, 10), 1).length);
    }

    @Test
    void isAChainWithinItsLimits() {
        DraftTree tree =
                new PromptLookup(2, 8).planner().plan(Drafter.ofText(new KnownText(1, 2, 3, 4, 5, 6, 1, 2)), 3, 20);
        assertArrayEquals(new int[] {3, 4, 5}, tree.tokens());
        assertArrayEquals(new int[] {-1, 0, 1}, tree.parents());
        assertEquals(
                2,
                new PromptLookup(2, 8)
                        .planner()
                        .plan(Drafter.ofText(new KnownText(1, 2, 3, 4, 5, 6, 1, 2)), 9, 2)
                        .size());
    }
}
