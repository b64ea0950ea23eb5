package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicTreeTest {
    private static final int SEEDS = 40;

    @ParameterizedTest
    @CsvSource({"7,10,60", "1,10,60", "2,3,4", "3,4,100", "5,1,5", "4,2,1", "6,8,50"})
    void equalsTheReference(int depth, int topK, int nodes) {
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDraft draft = new FakeDraft(seed, 32, 0);
            DraftTree tree = new DynamicTree(depth, topK, nodes).build(draft.at(seed));
            assertEquals(ReferenceTree.of(draft, seed, depth, topK, nodes), ReferenceTree.lines(tree));
        }
    }

    @ParameterizedTest
    @CsvSource({"7,10,60,0.5", "7,10,60,4", "4,3,9,8", "5,4,30,100"})
    void breaksTiesByDepthThenByOrder(int depth, int topK, int nodes, float grid) {
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDraft draft = new FakeDraft(seed, 16, grid);
            DraftTree tree = new DynamicTree(depth, topK, nodes).build(draft.at(0));
            assertEquals(ReferenceTree.of(draft, 0, depth, topK, nodes), ReferenceTree.lines(tree));
        }
    }

    @ParameterizedTest
    @CsvSource({"7,10,60,32", "7,10,60,4", "3,2,100,32", "1,5,60,32", "2,10,12,32", "9,10,200,64"})
    void keepsItsPromises(int depth, int topK, int nodes, int vocabulary) {
        DynamicTree policy = new DynamicTree(depth, topK, nodes);
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDraft draft = new FakeDraft(seed, vocabulary, seed % 2);
            DraftTree tree = policy.build(draft.at(0));
            assertTrue(tree.size() <= policy.maxNodes());
            assertTrue(tree.leaves().length <= policy.maxLeaves());
            assertTrue(draft.expanded() <= policy.maxExpanded());
            assertTrue(tree.depth() <= depth);
            Set<String> places = new HashSet<>();
            for (int node = 0; node < tree.size(); node++) {
                int parent = tree.parents()[node];
                assertTrue(parent < node);
                assertTrue(places.add(parent + " " + tree.tokens()[node]), "siblings hold different tokens");
                assertEquals((parent < 0 ? 0 : tree.scores()[parent]) + tree.logProbs()[node], tree.scores()[node]);
            }
        }
    }

    /**
     * What isn't among the best so far can't have children that are kept: equalsTheReference shows that nothing is
     * lost.
     */
    @Test
    void doesNotAskForWhatCannotBeKept() {
        FakeDraft draft = new FakeDraft(1, 32, 0);
        DraftTree tree = DynamicTree.eagle2().build(draft.at(0));
        long inner = Arrays.stream(tree.parents())
                .filter(parent -> parent >= 0)
                .distinct()
                .count();
        assertTrue(draft.expanded() >= inner);
        assertTrue(
                draft.expanded() < DynamicTree.eagle2().maxExpanded(),
                "expanded " + draft.expanded() + ", inner " + inner);
        FakeDraft narrow = new FakeDraft(1, 32, 0);
        new DynamicTree(7, 10, 10).build(narrow.at(0));
        assertTrue(narrow.expanded() < 30, "expanded " + narrow.expanded());
    }

    @Test
    void leafBoundIsReached() {
        // 4 nodes, 2 children each: the root's two and the two below the first give 3 leaves.
        DynamicTree policy = new DynamicTree(2, 2, 4);
        assertEquals(3, policy.maxLeaves());
        int most = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            most = Math.max(most, policy.build(new FakeDraft(seed, 8, 0).at(0)).leaves().length);
        }
        assertEquals(3, most);
        assertEquals(55, DynamicTree.eagle2().maxLeaves());
        assertEquals(60, DynamicTree.eagle2().maxNodes());
        assertEquals(60, DynamicTree.eagle2().maxExpanded());
    }

    @Test
    void chainFollowsTheBestToken() {
        FakeDraft draft = new FakeDraft(3, 32, 0);
        DraftTree chain = new Chain(4).planner().plan(draft.at(5), 9, 9);
        assertArrayEquals(new int[] {-1, 0, 1, 2}, chain.parents());
        List<Integer> path = new ArrayList<>();
        for (int token : chain.tokens()) {
            assertEquals(draft.best(draft.logProbs(5, path), 1).get(0), token);
            path.add(token);
        }
        assertEquals(3, draft.expanded());
        assertEquals(4, new Chain(4).maxNodes());
        assertEquals(1, new Chain(4).maxLeaves());
        assertEquals("chain 4", new Chain(4).name());
    }

    @Test
    void aLogProbJustAboveZeroDoesNotLoseAncestors() {
        Drafter rounding = new NoHistory() {
            @Override
            public Children roots(int k) {
                return new Children(-1, 1, new int[] {7}, new float[] {1e-7f}, null);
            }

            @Override
            public Children expand(int[] parents, int[] tokens, int k) {
                return new Children(0, 1, new int[] {8}, new float[] {2e-7f}, null);
            }
        };
        DraftTree tree = new DynamicTree(2, 1, 1).build(rounding);
        assertArrayEquals(new int[] {7}, tree.tokens());
        assertArrayEquals(new float[] {0}, tree.scores());
    }

    @Test
    void refusesNotANumber() {
        Drafter broken = new NoHistory() {
            @Override
            public Children roots(int k) {
                return new Children(-1, 1, new int[] {7}, new float[] {Float.NaN}, null);
            }

            @Override
            public Children expand(int[] parents, int[] tokens, int k) {
                throw new AssertionError();
            }
        };
        GtoException e =
                assertThrows(GtoException.class, () -> DynamicTree.eagle2().build(broken));
        assertEquals(GtoException.Kind.NUMERIC, e.kind());
        assertTrue(e.getMessage().contains("token 7"));
    }

    @Test
    void refusesSizesBelowOne() {
        assertEquals(
                GtoException.Kind.ARGUMENT,
                assertThrows(GtoException.class, () -> new DynamicTree(0, 10, 60))
                        .kind());
        assertThrows(GtoException.class, () -> new DynamicTree(7, 0, 60));
        assertThrows(GtoException.class, () -> new DynamicTree(7, 10, 0));
        assertThrows(GtoException.class, () -> new Chain(0));
    }
}
