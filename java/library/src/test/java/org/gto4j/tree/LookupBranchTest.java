package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Branches that copy the text: what they hold, what is learned of them, and the trees that they are in. */
class LookupBranchTest {
    private static final int VOCABULARY = 12;
    private static final CycleCosts COSTS = new CycleCosts(
            new CostTable(new int[] {1, 64}, new double[] {1, 1.6}),
            new CostTable(new int[] {1, 8}, new double[] {0.01, 0.01}),
            0.01,
            new CostTable(new int[] {1, 8}, new double[] {0.01, 0.01}));

    private static int[] found(int... text) {
        LookupBranch branch = new LookupBranch();
        branch.find(new KnownText(text));
        return IntStream.range(0, branch.length()).map(branch::token).toArray();
    }

    @Test
    void goesOnAsTheTextDidBefore() {
        assertEquals(0, found(1, 2, 3, 4, 5).length);
        assertEquals(0, found(1).length);
        assertEquals(0, found(1, 2, 3, 1).length, "one token is no match");
        // three tokens before two, the later place before the earlier
        assertArrayEquals(new int[] {7, 8}, Arrays.copyOf(found(1, 2, 3, 7, 8, 0, 2, 3, 9, 1, 2, 3), 2));
        assertArrayEquals(new int[] {5}, Arrays.copyOf(found(2, 3, 4, 2, 3, 5, 0, 2, 3), 1));
    }

    @Test
    void repeatsWhatRepeatsItself() {
        int[] branch = found(9, 1, 2, 3, 1, 2, 3);
        assertEquals(LookupBranch.MOST, branch.length);
        for (int i = 0; i < branch.length; i++) {
            assertEquals(1 + i % 3, branch[i]);
        }
    }

    @Test
    void meetsATextThatGrowsAndANewOne() {
        LookupBranch branch = new LookupBranch();
        int[] text = {1, 2, 3, 4, 1, 2, 3, 4, 5, 1, 2, 3};
        for (int size = 1; size <= text.length; size++) {
            branch.find(new KnownText(Arrays.copyOf(text, size)));
            int[] found = found(Arrays.copyOf(text, size));
            if (found.length > 0) { // else one token may be a match near the last copy's place
                assertArrayEquals(
                        found,
                        IntStream.range(0, branch.length()).map(branch::token).toArray(),
                        size + " tokens");
            }
        }
        branch.begins();
        branch.find(new KnownText(5, 6, 7, 1, 2));
        assertEquals(0, branch.length(), "the text before is forgotten");
    }

    @Test
    void learnsHowOftenTokensAreAccepted() {
        LookupBranch branch = new LookupBranch();
        KnownText text = new KnownText(1, 2, 3, 4, 5, 6, 7, 9, 1, 2, 3);
        branch.find(text);
        float before = branch.logProb(0);
        assertTrue(branch.logProb(5) > before, "a longer match is believed more");
        DraftTree right = new DraftTree(new int[] {4}, new int[] {-1}, new float[1], new float[1]);
        for (int i = 0; i < 50; i++) {
            branch.learn(right, new int[] {0}, 5);
        }
        assertTrue(branch.logProb(0) > Math.log(0.9), "accepted each time: " + Math.exp(branch.logProb(0)));
        for (int i = 0; i < 400; i++) {
            branch.learn(DraftTree.empty(), new int[0], 8);
        }
        assertTrue(branch.logProb(0) < Math.log(0.1), "never any more: " + Math.exp(branch.logProb(0)));
    }

    static Stream<TreePolicy> policies() {
        return Stream.of(
                new DynamicTree(4, 3, 14).withLookup(),
                new DynamicTree(1, 1, 5).withLookup(),
                new CostAwareTree(COSTS, 4, 3, 14),
                new CostAwareTree(COSTS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void treesAreTreesWithinTheirLimits(TreePolicy policy) {
        SplittableRandom random = new SplittableRandom(4);
        TreePlanner planner = policy.planner();
        for (int i = 0; i < 300; i++) {
            int[] text = random.ints(random.nextInt(1, 60), 0, i % 3 == 0 ? VOCABULARY : 3)
                    .toArray();
            int depth = random.nextInt(1, 24);
            int nodes = random.nextInt(1, 20);
            planner.begins();
            if (!planner.drafts(new KnownText(text), 1)) {
                continue;
            }
            DraftTree tree =
                    planner.plan(new Reading(new FakeDraft(i, VOCABULARY, 0).at(0), new KnownText(text)), depth, nodes);
            assertTrue(tree.size() <= Math.min(nodes, policy.maxNodes()), tree.size() + " nodes");
            Set<List<Integer>> children = new HashSet<>();
            int[] level = new int[tree.size()];
            for (int node = 0; node < tree.size(); node++) {
                int parent = tree.parents()[node];
                assertTrue(parent < node);
                level[node] = parent < 0 ? 1 : level[parent] + 1;
                assertTrue(level[node] <= depth, "level " + level[node]);
                assertTrue(children.add(List.of(parent, tree.tokens()[node])), "a token twice below a node");
                assertTrue(parent < 0 || tree.scores()[node] <= tree.scores()[parent], "a child isn't better");
            }
            int[] accepted = tree.size() > 0 && random.nextBoolean() ? new int[] {0} : new int[0];
            planner.verified(tree, accepted, random.nextInt(VOCABULARY));
        }
    }

    @Test
    void withoutAMatchTheTreeIsTheDrafts() {
        int[] text = IntStream.range(0, 30).toArray();
        for (int seed = 0; seed < 20; seed++) {
            DynamicTree policy = new DynamicTree(4, 3, 10);
            DraftTree plain = policy.planner().plan(new FakeDraft(seed, VOCABULARY, 0).at(0), 9, 30);
            DraftTree tree = policy.withLookup()
                    .planner()
                    .plan(new Reading(new FakeDraft(seed, VOCABULARY, 0).at(0), new KnownText(text)), 9, 30);
            assertArrayEquals(plain.tokens(), tree.tokens());
            assertArrayEquals(plain.parents(), tree.parents());
        }
    }

    /** A draft that costs as much as the target, beside passes whose further rows cost nothing. */
    private static final CycleCosts DEAR_DRAFT = new CycleCosts(
            new CostTable(new int[] {1, 64}, new double[] {1, 1.2}),
            new CostTable(new int[] {1, 8}, new double[] {1, 1}),
            1,
            new CostTable(new int[] {1, 8}, new double[] {1, 1}));

    /** A planner that has found out that its draft doesn't pay. */
    private static TreePlanner resting(CostAwareTree policy) {
        TreePlanner planner = policy.planner();
        planner.begins();
        for (int cycle = 0; planner.drafts(new KnownText(cycle), 1); cycle++) {
            assertTrue(cycle < 100, "it rests at last");
            planner.plan(new Reading(new FakeDraft(cycle, VOCABULARY, 0).at(0), new KnownText(cycle)), 8, 20);
            planner.verified(DraftTree.empty(), new int[0], 0);
        }
        return planner;
    }

    @Test
    void isATreeOfItsOwnWhileTheDraftRests() {
        int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
        CostAwareTree policy = new CostAwareTree(DEAR_DRAFT, 4, 3, 14);
        DraftTree tree = resting(policy).planWithoutDraft(new KnownText(text), 9, 20);
        assertTrue(tree.size() >= 4, tree.toString());
        for (int node = 0; node < tree.size(); node++) {
            assertEquals(1 + (3 + node) % 9, tree.tokens()[node]); // behind its end the text repeats
            assertEquals(node - 1, tree.parents()[node]);
            assertEquals(-1, tree.draws()[node]);
            assertTrue(node == 0 || tree.scores()[node] < tree.scores()[node - 1]);
        }
        assertEquals(
                2, resting(policy).planWithoutDraft(new KnownText(text), 2, 20).size(), "its depth");
        assertEquals(
                3, resting(policy).planWithoutDraft(new KnownText(text), 9, 3).size(), "its size");
        assertEquals(
                0,
                resting(policy).planWithoutDraft(new KnownText(1, 2, 3), 9, 20).size(),
                "no match");
        assertEquals(
                0,
                resting(policy.withoutLookup())
                        .planWithoutDraft(new KnownText(text), 9, 20)
                        .size());
        assertEquals(
                0,
                new DynamicTree(4, 3, 14)
                        .withLookup()
                        .planner()
                        .planWithoutDraft(new KnownText(text), 9, 20)
                        .size());
    }

    @Test
    void learnsWhileTheDraftRests() {
        int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
        TreePlanner planner = resting(new CostAwareTree(DEAR_DRAFT, 4, 3, 14));
        int before = planner.planWithoutDraft(new KnownText(text), 9, 20).size();
        planner.verified(DraftTree.empty(), new int[0], 0);
        for (int cycle = 0; cycle < 12; cycle++) {
            assertTrue(!planner.drafts(new KnownText(text), 1));
            planner.planWithoutDraft(new KnownText(text), 9, 20);
            planner.verified(DraftTree.empty(), new int[0], 11); // never what the branch has
        }
        assertTrue(!planner.drafts(new KnownText(text), 1));
        int after = planner.planWithoutDraft(new KnownText(text), 9, 20).size();
        assertTrue(after < before, before + " nodes at first, then " + after);
    }

    /** Drafting pays, but a draft costs a fifth of a pass. */
    private static final CycleCosts FAIR_DRAFT = new CycleCosts(
            new CostTable(new int[] {1, 64}, new double[] {1, 1.6}),
            new CostTable(new int[] {1, 8}, new double[] {0.1, 0.1}),
            0.1,
            new CostTable(new int[] {1, 8}, new double[] {0.1, 0.1}));

    /** One cycle of a planner that drafts. Whatever the tree is, {@code gained} of its first path's tokens come. */
    private static void cycle(TreePlanner planner, int number, int gained, int... text) {
        DraftTree tree =
                planner.plan(new Reading(new FakeDraft(number, VOCABULARY, 0).at(0), new KnownText(text)), 9, 20);
        int[] path = new int[Math.min(gained, tree.size())];
        for (int step = 0, node = -1; step < path.length; step++) {
            int parent = node;
            node = IntStream.range(node + 1, tree.size())
                    .filter(child -> tree.parents()[child] == parent)
                    .findFirst()
                    .orElse(-1);
            if (node < 0) {
                path = Arrays.copyOf(path, step);
                break;
            }
            path[step] = node;
        }
        planner.verified(tree, path, 0);
    }

    @Test
    void theDraftIsLeftOutWhereCopiesAreNearlySure() {
        int[] sure = IntStream.concat(IntStream.range(100, 160), IntStream.range(100, 140))
                .toArray();
        CostAwareTree policy = new CostAwareTree(FAIR_DRAFT);
        TreePlanner planner = policy.planner();
        planner.begins();
        for (int i = 0; i < 30; i++) {
            assertTrue(planner.drafts(new KnownText(i), 1), "nothing to copy, cycle " + i);
            cycle(planner, i, 2, i);
        }
        for (int i = 0; i < 10; i++) { // until it is known how sure copies are
            planner.drafts(new KnownText(sure), 1);
            DraftTree copy = planner.planWithoutDraft(new KnownText(sure), 9, 20);
            planner.verified(copy, IntStream.range(0, copy.size()).toArray(), 140 + copy.size());
        }
        assertFalse(planner.drafts(new KnownText(sure), 1));
        assertEquals(9, planner.planWithoutDraft(new KnownText(sure), 9, 20).size());
        planner.verified(DraftTree.empty(), new int[0], 0);
        assertTrue(planner.drafts(new KnownText(1, 2, 3), 1), "nothing to copy");

        TreePlanner never = policy.withoutLookup().planner();
        for (int i = 0; i < 30; i++) {
            assertTrue(never.drafts(new KnownText(sure), 1));
            cycle(never, i, 2, sure);
        }
    }

    /** A long match is worth more than what a flat draft says, and longer than the draft's four levels. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void aLongMatchIsInTheTree(TreePolicy policy) {
        int[] sentence = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3};
        int[] text = IntStream.concat(Arrays.stream(sentence), Arrays.stream(sentence, 0, 14))
                .toArray();
        DraftTree tree = policy.planner()
                .plan(new Reading(new FakeDraft(1, VOCABULARY, 0, 0.5).at(0), new KnownText(text)), 30, 30);
        int[] path = tree.path(
                IntStream.concat(Arrays.stream(text), Arrays.stream(sentence, 14, 25))
                        .toArray(),
                text.length);
        assertTrue(path.length >= Math.min(5, policy.maxNodes()), path.length + " tokens of the sentence");
    }

    /** The draft's own candidates keep what the draft said of them. */
    @Test
    void aTokenOfBothHasTheHigherScore() {
        int[] text = {1, 2, 3, 7, 8, 9, 0, 1, 2, 3};
        DraftTree tree = new DynamicTree(2, VOCABULARY, 40)
                .withLookup()
                .planner()
                .plan(new Reading(new FakeDraft(1, VOCABULARY, 0, 0.1).at(0), new KnownText(text)), 9, 40);
        int seven = IntStream.range(0, tree.size())
                .filter(node -> tree.parents()[node] < 0 && tree.tokens()[node] == 7)
                .findFirst()
                .orElseThrow();
        assertEquals(0.4, Math.exp(tree.scores()[seven]), 1e-6, "what is believed of three matching tokens");
        assertEquals(1.0 / VOCABULARY, Math.exp(tree.logProbs()[seven]), 0.02, "what the draft says");
    }
}
