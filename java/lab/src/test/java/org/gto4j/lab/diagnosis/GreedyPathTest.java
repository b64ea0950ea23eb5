package org.gto4j.lab.diagnosis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Estimate;
import org.gto4j.statistics.Interval;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.FakeDraft;
import org.gto4j.tree.TreePlanner;
import org.junit.jupiter.api.Test;

/** Greedy paths beside trees: an example that can be counted by hand, and properties on random drafts. */
class GreedyPathTest {
    private static final int IT = 0;
    private static final int IS = 1;
    private static final int HAS = 2;
    private static final int A = 3;
    private static final int THE = 4;
    private static final int TO = 5;
    private static final int SOME = 6;

    /** Fig. 1 of arXiv 2509.22134: "is a" (0.6 * 0.6) is the greedy path, and "has to" (0.4 * 0.95) outscores it. */
    private static GreedyPathRecorder.Grown figureOne() {
        HandDraft draft = new HandDraft(Map.of(
                List.of(),
                Map.entry(new int[] {IS, HAS}, new double[] {0.6, 0.4}),
                List.of(IS),
                Map.entry(new int[] {A, THE}, new double[] {0.6, 0.4}),
                List.of(HAS),
                Map.entry(new int[] {TO, SOME}, new double[] {0.95, 0.05})));
        GreedyPathRecorder recorder = new GreedyPathRecorder(new DynamicTree(2, 2, 3));
        recorder.planner().plan(draft, 2, 3);
        return recorder.take().get(0);
    }

    private static PathCycle cycle(int... text) {
        GreedyPathRecorder.Grown grown = figureOne();
        return PathCycle.of("text", text, 0, grown, token -> token != SOME);
    }

    @Test
    void theFiguresGreedyPathIsPruned() {
        PathCycle cycle = cycle(IT, IS, THE);
        assertArrayEquals(new int[] {IS, HAS, TO}, cycle.tree().tokens());
        assertArrayEquals(new int[] {IS, A}, cycle.greedy().tokens());
        assertEquals(Math.log(0.36), cycle.greedy().scores()[1], 1e-6);
        assertArrayEquals(new int[] {0}, cycle.kept());
        assertTrue(cycle.pruned());
        assertArrayEquals(new int[] {0}, cycle.accepted());
        assertTrue(cycle.onGreedyPath(), "\"is\" was accepted");
        assertEquals(0, cycle.lost());
        DraftTree shown = cycle.withGreedyPath();
        assertArrayEquals(new int[] {IS, HAS, TO, A}, shown.tokens());
        assertArrayEquals(new int[] {-1, -1, 1, 0}, shown.parents());
    }

    @Test
    void countsOfFourTexts() {
        List<PathCycle> cycles = List.of(cycle(IT, IS, THE), cycle(IT, IS, A), cycle(IT, HAS, TO), cycle(IT, SOME, A));
        assertEquals(
                List.of(true, true, false, false),
                cycles.stream().map(PathCycle::onGreedyPath).toList());
        assertEquals(List.of(0, 1, 0, 0), cycles.stream().map(PathCycle::lost).toList());
        PathCounts counts = PathCounts.of(cycles, 2);
        assertEquals(4, counts.cycles());
        assertArrayEquals(new int[] {0, 4}, counts.missing());
        assertArrayEquals(new int[] {2, 1}, counts.greedyReached());
        assertArrayEquals(new int[] {3, 1}, counts.treeReached());
        assertEquals(2, counts.onGreedyPath());
        assertEquals(1, counts.lost());
        assertEquals(2 + 2 + 2, counts.offered(), "what 'is' offered was lost in ranking");
        assertEquals(Map.of(PathEnd.RANKING, 2, PathEnd.TEXT, 1, PathEnd.VOCABULARY, 1), counts.ends());
        Misalignment row = Misalignment.of(List.of(counts, counts), Bootstrap.standard());
        assertEquals(0.5, row.ends().get(PathEnd.RANKING).value());
        assertEquals(8, row.cycles());
        assertEquals(1, row.pruned().value());
        assertEquals(0.5, row.onGreedyPath().value());
        assertEquals(0.25, row.offGreedyPath().value());
        assertEquals(0.25, row.nothing().value());
        assertEquals(0.25, row.lost().value());
        assertEquals(1.75, row.greedyLength().value(), "(1 + 2 + 0 + 0) / 4 and the target's own");
        assertEquals(2, row.treeLength().value());
        assertEquals(new Interval(2, 2), row.treeLength().interval(), "both texts are the same");
        assertEquals(
                List.of(0.5, 0.25),
                row.greedyReached().stream().map(Estimate::value).toList());
        assertEquals(
                0.75, row.toJson().path("tree_reached").get(0).path("value").asDouble());
        assertTrue(Double.isNaN(
                Misalignment.of(List.of(), Bootstrap.standard()).pruned().value()));
    }

    @Test
    void aTreeWithoutRoomForItsDepthIsNotCounted() {
        GreedyPathRecorder recorder = new GreedyPathRecorder(new DynamicTree(4, 3, 12));
        TreePlanner planner = recorder.planner();
        planner.plan(new FakeDraft(1, 9, 0).at(0), 3, 12);
        planner.plan(new FakeDraft(1, 9, 0).at(0), 4, 12);
        List<GreedyPathRecorder.Grown> grown = recorder.take();
        assertNull(grown.get(0));
        assertEquals(4, grown.get(1).greedy().size());
        assertEquals(0, recorder.take().size());
    }

    /**
     * Trees are those of the policy; the greedy path is the tree of top-k 1; nothing that the tree expanded is expanded
     * again.
     */
    @Test
    void pathsOfRandomDraftsAreChains() {
        SplittableRandom random = new SplittableRandom(4);
        int pruned = 0;
        List<PathCycle> cycles = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            DynamicTree policy = new DynamicTree(random.nextInt(1, 7), random.nextInt(1, 6), random.nextInt(1, 30));
            float grid = i % 3 == 0 ? 0.5f : 0;
            FakeDraft draft = new FakeDraft(i, 8, grid);
            GreedyPathRecorder recorder = new GreedyPathRecorder(policy);
            DraftTree tree = recorder.planner().plan(draft.at(0), policy.depth(), Integer.MAX_VALUE);
            GreedyPathRecorder.Grown grown = recorder.take().get(0);
            DraftTree expected = policy.build(new FakeDraft(i, 8, grid).at(0));
            assertArrayEquals(expected.tokens(), tree.tokens());
            assertArrayEquals(expected.parents(), tree.parents());
            DraftTree chain = new DynamicTree(policy.depth(), 1, policy.depth()).build(new FakeDraft(i, 8, grid).at(0));
            assertArrayEquals(chain.tokens(), grown.greedy().tokens());
            assertArrayEquals(chain.scores(), grown.greedy().scores());
            int[] text = random.ints(10, 0, 8).toArray();
            System.arraycopy(chain.tokens(), 0, text, 1, random.nextInt(0, chain.size() + 1));
            PathCycle cycle = PathCycle.of("text", text, 0, grown, token -> true);
            assertTrue(
                    draft.expandCalls() - (policy.depth() - 1) <= policy.depth() - cycle.kept().length,
                    "only what is missing is expanded");
            pruned += cycle.pruned() ? 1 : 0;
            holds(cycle);
            cycles.add(cycle);
        }
        assertTrue(pruned > 50 && pruned < 250, pruned + " pruned");
        for (PathEnd end : List.of(PathEnd.DEPTH, PathEnd.TOP_K, PathEnd.RANKING)) {
            assertTrue(cycles.stream().anyMatch(cycle -> cycle.end() == end), end + " never came");
        }
        assertTrue(cycles.stream().anyMatch(PathCycle::onGreedyPath)
                && cycles.stream().anyMatch(cycle -> cycle.lost() > 0));
    }

    private static void holds(PathCycle cycle) {
        int common = Math.min(cycle.greedyAccepted(), cycle.kept().length);
        assertTrue(cycle.accepted().length >= common, "what the tree kept of the right path is accepted");
        assertEquals(cycle.onGreedyPath(), cycle.accepted().length > 0 && cycle.accepted().length == common);
        if (cycle.lost() > 0) {
            assertTrue(cycle.pruned());
            assertEquals(
                    cycle.kept().length, cycle.accepted().length, "the greedy path goes on where the tree lost it");
        }
        DraftTree shown = cycle.withGreedyPath();
        assertTrue(cycle.offered() >= cycle.accepted().length, "what was kept was offered");
        if (cycle.end() == PathEnd.TOP_K) {
            assertEquals(cycle.accepted().length, cycle.offered(), "the next token wasn't offered");
        }
        assertEquals(
                cycle.end() == PathEnd.DEPTH,
                cycle.accepted().length == cycle.greedy().size());
        assertEquals(cycle.greedy().size(), shown.path(cycle.greedy().tokens(), 0).length);
        assertEquals(cycle.tree().size() + cycle.greedy().size() - cycle.kept().length, shown.size());
        assertFalse(shown.size() > cycle.tree().size() && !cycle.pruned());
    }
}
