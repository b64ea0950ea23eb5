package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.gto4j.model.Verification;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The cost-aware tree beside plain decoding on a simulated machine where a draft hardly pays or doesn't pay at all:
 * texts one after the other, time charged as the machine's own costs say, whatever the planner believes. The machine's
 * load changes, and each cycle has noise of its own; the planner is told what cycles take with both.
 */
class NotSlowerThanPlainTest {
    private static final int TOKENS = 6400;
    private static final double LEAST = 0.98;
    private static final int PROMPT = 30;
    private static final int VOCABULARY = 12;
    /** A row more of a pass, in passes of one row. */
    private static final double[] SLOPES = {0.03, 0.15, 0.4};
    /** A level of the draft. */
    private static final double[] DRAFTS = {0.08, 0.3};
    /** From a draft that is often right to one that hardly ever is. */
    private static final double[] NOISES = {4, 10, 20};

    /** What is wrong with the costs that a planner is given: factors of rows, of the draft's time, of plain cycles. */
    private record Error(double rows, double draft, double plain) {
        CycleCosts costs(double slope, double level) {
            double cost = level * draft;
            return new CycleCosts(
                    new CostTable(new int[] {1, 64}, new double[] {1, 1 + 63 * slope * rows}),
                    new CostTable(new int[] {1, 8}, new double[] {cost, 1.2 * cost}),
                    cost / 2,
                    new CostTable(new int[] {1, 8}, new double[] {cost, 1.3 * cost}),
                    0.95 * plain,
                    0.1);
        }
    }

    /** A text that grows. */
    private static final class Text implements TokenHistory {
        private int[] tokens;
        private int size;

        Text(int[] prompt, int room) {
            tokens = Arrays.copyOf(prompt, prompt.length + room);
            size = prompt.length;
        }

        void add(int token) {
            tokens[size++] = token;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public int token(int i) {
            return tokens[i];
        }
    }

    /** One planner on one machine. */
    private static final class Machine {
        private final CycleCosts costs;
        private final TreePlanner planner;
        private final SimulatedTarget target;
        private final double change;
        private final SplittableRandom random = new SplittableRandom(7);
        private double load = 1;
        private double seconds;
        private long cycles;
        private int rowsBefore = 1;

        /** @param change of the load from cycle to cycle, 0 = none */
        Machine(CycleCosts costs, TreePolicy policy, double noise, double change) {
            this.costs = costs;
            this.planner = policy.planner();
            this.target = new SimulatedTarget(noise);
            this.change = change;
        }

        /** Plain decoding's time for the same texts, as a multiple of what these take. */
        double speedup(int length) {
            for (int text = 0; text < TOKENS / length; text++) {
                decode(new Text(random.ints(PROMPT, 0, VOCABULARY).toArray(), length), PROMPT + length);
            }
            return TOKENS / length * length * costs.plain() / seconds;
        }

        private void decode(Text text, int end) {
            planner.begins();
            int behind = 1;
            while (text.size() < end) {
                int room = end - text.size() - 1;
                FakeDraft draft = new FakeDraft(cycles++, VOCABULARY, 0);
                DraftTree tree = DraftTree.empty();
                double took;
                if (room > 0 && planner.drafts(text, behind)) {
                    CountedDrafter counted = new CountedDrafter(draft.at(0), text, costs.level());
                    tree = planner.plan(counted, room, Integer.MAX_VALUE);
                    took = costs.follow().at(behind)
                            + costs.roots()
                            + counted.seconds()
                            + costs.pass(1 + tree.size(), rowsBefore);
                    behind = 0;
                } else {
                    tree = room > 0 ? planner.planWithoutDraft(text, room, Integer.MAX_VALUE) : tree;
                    took = costs.passWithoutDraft(1 + tree.size(), rowsBefore);
                }
                rowsBefore = 1 + tree.size();
                seconds += took;
                Verification walk = target.verify(tree, draft, cycles);
                for (int node : walk.path()) {
                    text.add(tree.tokens()[node]);
                }
                text.add(walk.next());
                behind += walk.path().length + 1;
                if (room > 0) {
                    planner.verified(tree, walk.path(), walk.next());
                    planner.took(took * load * Math.exp(0.08 * (random.nextDouble() - 0.5)));
                }
                load = Math.max(0.7, Math.min(2, load * Math.exp(change * (random.nextDouble() - 0.5))));
            }
        }
    }

    @ParameterizedTest(name = "rows {0}, draft {1}, plain {2}")
    @CsvSource({
        "1, 1, 1",
        // far too cheap, and too dear
        "0.6, 1, 1",
        "0.4, 1, 1",
        "1.6, 1, 1",
        "1, 0.5, 1",
        "1, 1, 0.75",
        "1, 1, 1.3",
        // all that can be wrong makes drafting look good
        "0.5, 0.5, 1.3"
    })
    void isHardlyEverSlower(double rows, double draft, double plain) {
        List<String> slow = new ArrayList<>();
        for (double slope : SLOPES) {
            for (double level : DRAFTS) {
                CycleCosts truth = new Error(1, 1, 1).costs(slope, level);
                CostAwareTree policy = new CostAwareTree(new Error(rows, draft, plain).costs(slope, level));
                for (double noise : NOISES) {
                    for (TreePolicy trees : List.of(policy, policy.withoutLookup())) {
                        for (int length : new int[] {96, 800}) {
                            for (double change : new double[] {0, 0.1}) {
                                double speedup = new Machine(truth, trees, noise, change).speedup(length);
                                if (speedup < LEAST) {
                                    slow.add(trees.name() + ", slope " + slope + ", level " + level + ", noise " + noise
                                            + ", " + length + " tokens, load's change " + change + ": " + speedup);
                                }
                            }
                        }
                    }
                }
            }
        }
        assertTrue(slow.isEmpty(), String.join("\n", slow));
    }
}
