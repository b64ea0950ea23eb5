package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticTreeTest {
    private static final int SEEDS = 30;
    /** EAGLE-1's tree as its authors list it: the ranks on the path to each node. */
    private static final String EAGLE_1 =
            "0 1 2 3 00 01 02 10 11 20 21 30 000 001 002 010 011 020 021 100 0000 0001 0002 00000 00001";

    /** Rank paths of a tree's nodes: each node's rank is looked up in what the draft says after its parent's path. */
    private static List<String> rankPaths(DraftTree tree, FakeDraft draft, int row) {
        List<String> paths = new ArrayList<>();
        for (int node = 0; node < tree.size(); node++) {
            List<Integer> above = new ArrayList<>();
            for (int up = tree.parents()[node]; up >= 0; up = tree.parents()[up]) {
                above.add(tree.tokens()[up]);
            }
            Collections.reverse(above);
            float[] logProbs = draft.logProbs(row, above);
            int rank = draft.best(logProbs, logProbs.length).indexOf(tree.tokens()[node]);
            assertEquals(logProbs[tree.tokens()[node]], tree.logProbs()[node]);
            assertEquals(
                    (tree.parents()[node] < 0 ? 0 : tree.scores()[tree.parents()[node]]) + tree.logProbs()[node],
                    tree.scores()[node]);
            paths.add((tree.parents()[node] < 0 ? "" : paths.get(tree.parents()[node])) + rank);
        }
        return paths;
    }

    private static DraftTree plan(TreePolicy policy, FakeDraft draft, int row) {
        return policy.planner().plan(draft.at(row), 99, 9999);
    }

    @Test
    void hasTheNodesOfEagleOneWhateverTheDraftSays() {
        StaticTree policy = new StaticTree(TreeShape.eagle1());
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDraft draft = new FakeDraft(seed, 32, 0);
            DraftTree tree = plan(policy, draft, seed);
            assertEquals(new TreeSet<>(List.of(EAGLE_1.split(" "))), new TreeSet<>(rankPaths(tree, draft, seed)));
            assertEquals(policy.maxNodes(), tree.size());
            assertEquals(policy.maxLeaves(), tree.leaves().length);
            assertEquals(policy.maxExpanded(), draft.expanded());
            assertEquals(1, draft.rootCalls());
            assertEquals(4, draft.expandCalls(), "one call a level");
        }
        assertEquals("static 4/3-2-2-1/3-2-2-1/3/2", policy.name());
    }

    @Test
    void aShapeOfOnesIsAChain() {
        FakeDraft draft = new FakeDraft(3, 32, 0);
        DraftTree chain = plan(new Chain(4), draft, 5);
        DraftTree same = plan(new StaticTree(TreeShape.parse("1/1/1/1")), draft, 5);
        assertArrayEquals(chain.tokens(), same.tokens());
        assertArrayEquals(chain.parents(), same.parents());
        assertArrayEquals(chain.scores(), same.scores());
    }

    @Test
    void nodesWithoutChildrenAreLeftOut() {
        FakeDraft draft = new FakeDraft(8, 32, 0);
        DraftTree tree = plan(new StaticTree(TreeShape.parse("3/0-2-1/1-0-1")), draft, 0);
        assertEquals(List.of("0", "1", "2", "10", "11", "20", "100", "200"), rankPaths(tree, draft, 0));
    }

    @ParameterizedTest
    @CsvSource({"1, 99, 4", "2, 99, 12", "4, 99, 23", "5, 3, 3", "99, 1, 1", "3, 7, 7"})
    void keepsToTheRoomThatIsLeft(int depth, int nodes, int expected) {
        StaticTree policy = new StaticTree(TreeShape.eagle1());
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDraft draft = new FakeDraft(seed, 32, 0);
            DraftTree tree = policy.planner().plan(draft.at(0), depth, nodes);
            assertEquals(expected, tree.size());
            assertTrue(tree.depth() <= depth && tree.leaves().length <= policy.maxLeaves());
            assertEquals(Math.min(depth, 5) - 1, draft.expandCalls(), "no level is drafted for nothing");
        }
    }

    @Test
    void aSmallVocabularyGivesFewerNodes() {
        FakeDraft draft = new FakeDraft(1, 2, 0);
        StaticTree policy = new StaticTree(TreeShape.parse("4/1-1-1-1/3-1"));
        DraftTree tree = plan(policy, draft, 0);
        assertEquals(List.of("0", "1", "00", "10", "000", "001", "100"), rankPaths(tree, draft, 0));
        assertEquals(
                List.of("0", "1"),
                rankPaths(plan(new StaticTree(TreeShape.parse("4/0-0-2")), draft, 0), draft, 0),
                "the third place has no node");
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
        GtoException e = assertThrows(
                GtoException.class,
                () -> new StaticTree(TreeShape.parse("1")).planner().plan(broken, 5, 5));
        assertEquals(GtoException.Kind.NUMERIC, e.kind());
    }
}
