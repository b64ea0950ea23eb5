package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.gto4j.model.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokens a second on a simulated machine: a fake draft, a target that mostly agrees with it, and costs that are given.
 */
class CostAwareTreeTest {
    private static final int CYCLES = 1000;
    private static final TokenHistory ANY = new KnownText(1);

    /** verification(n) = 1 + slope (n - 1); a level and the roots cost the same. */
    private static CycleCosts costs(double slope, double draft) {
        return new CycleCosts(
                new CostTable(new int[] {1, 64}, new double[] {1, 1 + 63 * slope}),
                new CostTable(new int[] {1, 8}, new double[] {draft, 1.2 * draft}),
                draft / 2,
                new CostTable(new int[] {1, 8}, new double[] {draft, 1.3 * draft}));
    }

    /**
     * Simulated tokens a second; time is charged as the costs say, whatever the policy believes, and the planner of one
     * text is told.
     */
    private static double speed(TreePolicy policy, CycleCosts costs, double noise) {
        return speed(policy, costs, noise, 1, false, CYCLES);
    }

    /** The same of several texts that are verified together; told = their planners know. */
    private static double speed(
            TreePolicy policy, CycleCosts costs, double noise, int texts, boolean told, int cycles) {
        List<TreePlanner> planners =
                Stream.generate(policy::planner).limit(texts).toList();
        SimulatedTarget target = new SimulatedTarget(noise);
        int[] gained = new int[texts];
        Arrays.fill(gained, 1);
        double tokens = 0;
        double seconds = 0;
        int rowsBefore = texts;
        for (int cycle = 0; cycle < cycles; cycle++) {
            double before = seconds;
            List<FakeDraft> drafts = new ArrayList<>();
            List<DraftTree> trees = new ArrayList<>();
            int rows = 0;
            boolean drafted = false;
            for (int text = 0; text < texts; text++) {
                TreePlanner planner = planners.get(text);
                FakeDraft draft = new FakeDraft(cycle + (long) CYCLES * text, 12, 0);
                DraftTree tree = DraftTree.empty();
                if (told) {
                    planner.shares(texts);
                }
                if (policy.maxNodes() > 0 && planner.drafts(ANY, gained[text])) {
                    CountedDrafter counted = new CountedDrafter(draft.at(0), ANY, costs.level());
                    tree = planner.plan(counted, 8, 63);
                    seconds += costs.follow().at(gained[text]) + costs.roots() + counted.seconds();
                    gained[text] = 0;
                    drafted = true;
                }
                rows += 1 + tree.size();
                drafts.add(draft);
                trees.add(tree);
            }
            seconds += drafted || rows > 1 ? costs.pass(rows, rowsBefore) : costs.plainPass(rowsBefore);
            rowsBefore = rows;
            for (int text = 0; text < texts; text++) {
                Verification walk = target.verify(trees.get(text), drafts.get(text), cycle + CYCLES * text);
                planners.get(text).verified(trees.get(text), walk.path(), walk.next());
                tokens += walk.path().length + 1;
                gained[text] += walk.path().length + 1;
            }
            if (texts == 1) {
                planners.get(0).took(seconds - before);
            }
        }
        return tokens / seconds;
    }

    /**
     * Cheap, middling and dear verification; a good and a bad draft: the cost-aware tree is about as fast as the best
     * fixed policy, or faster.
     */
    @ParameterizedTest
    @CsvSource({
        "0.001, 0.02, 2",
        "0.03, 0.03, 2",
        "0.03, 0.03, 10",
        "0.15, 0.04, 2",
        "0.15, 0.04, 10",
        "0.4, 0.1, 4",
        "0.05, 0.5, 2"
    })
    void isAsFastAsTheBestFixedPolicy(double slope, double draft, double noise) {
        CycleCosts costs = costs(slope, draft);
        double best = speed(new NoTree(), costs, noise);
        String name = "plain";
        List<TreePolicy> fixed = new ArrayList<>(List.of(
                new DynamicTree(7, 8, 60),
                new DynamicTree(4, 6, 20),
                new DynamicTree(3, 4, 8),
                new DynamicTree(2, 3, 5)));
        for (int length : new int[] {1, 2, 3, 4, 6, 8}) {
            fixed.add(new Chain(length));
        }
        for (TreePolicy policy : fixed) {
            double speed = speed(policy, costs, noise);
            if (speed > best) {
                best = speed;
                name = policy.name();
            }
        }
        double adaptive = speed(draftAlone(costs), costs, noise);
        assertTrue(adaptive >= 0.97 * best, adaptive / best + " of " + name + " at " + best);
    }

    /** These drafts know no text. */
    private static CostAwareTree draftAlone(CycleCosts costs) {
        return new CostAwareTree(costs).withoutLookup();
    }

    /**
     * A pass is as cheap as one row up to 32 rows, then every row costs: what pays for one text is too much for each of
     * eight.
     */
    @Test
    void knowsThatAPassIsShared() {
        CostTable verification = new CostTable(new int[] {1, 32, 64}, new double[] {1, 1.05, 2.5});
        CostTable draft = new CostTable(new int[] {1, 8}, new double[] {0.002, 0.003});
        CycleCosts costs = new CycleCosts(verification, draft, 0.001, draft);
        CostAwareTree policy = draftAlone(costs);
        int texts = 8;
        int cycles = 150;
        double told = speed(policy, costs, 4, texts, true, cycles);
        double untold = speed(policy, costs, 4, texts, false, cycles);
        double best = 0;
        for (TreePolicy fixed :
                List.of(new NoTree(), new Chain(1), new Chain(2), new DynamicTree(2, 2, 3), new DynamicTree(3, 3, 6))) {
            best = Math.max(best, speed(fixed, costs, 4, texts, false, cycles));
        }
        assertTrue(told > 1.05 * untold, told + " told, " + untold + " untold");
        assertTrue(told >= 0.97 * best, told + " told, " + best + " by the best fixed policy");
    }

    @Test
    void restsWhereNothingPays() {
        CycleCosts dear = costs(1, 0.3);
        assertEquals(1, speed(draftAlone(dear), dear, 20), 0.02);
    }

    /**
     * The draft's weights push the target's out of the caches: what would pay against a verification of one row doesn't
     * pay against a plain cycle.
     */
    @Test
    void restsWherePlainCyclesAreCheaper() {
        CycleCosts costs = costs(0.15, 0.04);
        CycleCosts cached = new CycleCosts(costs.verification(), costs.follow(), costs.roots(), costs.level(), 0.5, 0);
        double drafting = speed(draftAlone(costs), costs, 4);
        assertTrue(drafting > 1.1 && drafting < 1.9, "drafting pays against 1, not against 1/0.5: " + drafting);
        assertEquals(2, speed(draftAlone(cached), cached, 4), 0.08);
    }

    /**
     * Costs say that drafting pays, but plain cycles are faster than they say; or that it doesn't, but they are slower.
     */
    @ParameterizedTest
    @CsvSource({"1, 0.8", "0.8, 1"})
    void findsOutWhatPlainCyclesTake(double said, double actual) {
        CycleCosts truth = plain(costs(0.15, 0.04), actual);
        double best = Math.max(speed(new NoTree(), truth, 10), speed(draftAlone(truth), truth, 10));
        double misled = speed(draftAlone(plain(truth, said)), truth, 10);
        assertTrue(misled >= 0.97 * best, misled / best + " of " + best);
    }

    private static CycleCosts plain(CycleCosts costs, double plain) {
        return new CycleCosts(costs.verification(), costs.follow(), costs.roots(), costs.level(), plain, 0);
    }

    @Test
    void isReproducible() {
        CycleCosts costs = costs(0.05, 0.05);
        assertEquals(speed(draftAlone(costs), costs, 4), speed(draftAlone(costs), costs, 4));
    }

    @Test
    void knowsThatAnotherNumberOfRowsCostsMore() {
        CycleCosts known = costs(0.1, 0.05);
        CycleCosts costs =
                new CycleCosts(known.verification(), known.follow(), known.roots(), known.level(), known.plain(), 0.4);
        assertTrue(speed(draftAlone(costs), costs, 2) > 1.02 * speed(draftAlone(known), costs, 2));
    }

    @Test
    void aNewTextEndsARest() {
        TreePlanner planner = draftAlone(costs(1, 1)).planner();
        int cycles = 0;
        while (planner.drafts(ANY, 1)) {
            assertTrue(++cycles < 50, "nothing pays, but it goes on drafting");
            planner.verified(planner.plan(new FakeDraft(cycles, 12, 0).at(0), 8, 63), new int[0], 0);
        }
        planner.verified(DraftTree.empty(), new int[0], 0);
        assertFalse(planner.drafts(ANY, 1), "it rests for more than one cycle");
        planner.begins();
        assertTrue(planner.drafts(ANY, 1));
    }

    /** Plain cycles that only measure are for cycles that are timed: batches and simulations have none. */
    @Test
    void checksCostsOnlyWhereCyclesAreTimed() {
        assertEquals(0, restsOfAGoodDraft(false));
        int rests = restsOfAGoodDraft(true);
        assertTrue(rests >= 16 && rests <= 60, rests + " of 1000 cycles");
    }

    private static int restsOfAGoodDraft(boolean timed) {
        CycleCosts costs = costs(0.01, 0.01);
        TreePlanner planner = draftAlone(costs).planner();
        int rests = 0;
        for (int cycle = 0; cycle < 1000; cycle++) {
            boolean drafts = planner.drafts(ANY, 1);
            DraftTree tree = drafts
                    ? planner.plan(new FakeDraft(cycle, 12, 0).at(0), 8, 63)
                    : planner.planWithoutDraft(ANY, 8, 63);
            rests += drafts ? 0 : 1;
            planner.verified(tree, tree.size() > 0 ? new int[] {0} : new int[0], 0);
            if (timed) {
                planner.took(drafts ? 1.1 : 1);
            }
        }
        return rests;
    }

    /** A text begins with a trial, unless trials have lost what they may. */
    @Test
    void fewTextsBeginWithATrialWhereAllWereInVain() {
        TreePlanner planner = draftAlone(costs(1, 0.3)).planner();
        int trials = 0;
        for (int text = 0; text < 400; text++) {
            planner.begins();
            for (int cycle = 0; cycle < 8; cycle++) {
                if (planner.drafts(ANY, 1)) {
                    trials += cycle == 0 && text >= 200 ? 1 : 0;
                    planner.verified(planner.plan(new FakeDraft(cycle, 12, 0).at(0), 8, 63), new int[0], 0);
                } else {
                    planner.verified(DraftTree.empty(), new int[0], 0);
                }
            }
        }
        assertTrue(trials >= 4 && trials <= 40, trials + " of 200 texts begin with a trial");
    }

    @Test
    void staysWithinItsLimits() {
        CycleCosts free = costs(1e-6, 1e-6);
        CostAwareTree policy = new CostAwareTree(free, 4, 3, 20).withoutLookup();
        TreePlanner planner = policy.planner();
        for (int cycle = 0; cycle < 50; cycle++) {
            FakeDraft draft = new FakeDraft(cycle, 12, 0);
            assertTrue(planner.drafts(ANY, 1));
            DraftTree tree = planner.plan(draft.at(0), 3, 9);
            assertTrue(tree.size() <= 9 && tree.depth() <= 3, tree.toString());
            assertTrue(draft.expanded() <= policy.maxExpanded() && tree.leaves().length <= policy.maxLeaves());
            planner.verified(tree, new int[] {0}, 0);
        }
    }
}
