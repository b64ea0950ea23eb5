package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees whose nodes are scored by the draft and by the text, against a scorer that is written out. */
class ScoredTreeTest {
    private static final int VOCABULARY = 12;
    /** 0.7 of the way from 1, 0 and 0 to the fitted weights. */
    private static final double DRAFT = 0.839;

    private static final double[] STOOD = {0, 0.357, 0.896, 1.561, 2.016, 2.352, 3.556};
    private static final double OTHERS = 0.959;

    private static int[] text(SplittableRandom random, int tokens) {
        return random.ints(random.nextInt(1, 60), 0, tokens).toArray();
    }

    /** How many tokens of the path's end stood before the token somewhere in the text, looked up place by place. */
    private static int match(int[] text, List<Integer> path, int token) {
        int longest = -1;
        for (int place = 0; place < text.length; place++) {
            if (text[place] == token) {
                int same = 0;
                while (same < TextNgrams.MOST
                        && same < place
                        && same < path.size()
                        && text[place - 1 - same] == path.get(path.size() - 1 - same)) {
                    same++;
                }
                longest = Math.max(longest, same);
            }
        }
        return longest;
    }

    @Test
    void matchesAreTheLongestInTheText() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            int[] text = text(random, 3);
            TextNgrams ngrams = new TextNgrams();
            for (int size = 1; size <= text.length; size += random.nextInt(1, 9)) {
                ngrams.follow(new KnownText(Arrays.copyOf(text, size)));
            }
            ngrams.follow(new KnownText(text));
            List<Integer> path = new ArrayList<>(Arrays.stream(text).boxed().toList());
            int[] lastFirst = TextNgrams.lastOf(new KnownText(text));
            for (int step = 0; step < 4; step++) {
                for (int token = 0; token < 4; token++) {
                    assertEquals(match(text, path, token), ngrams.match(lastFirst, token), path + " " + token);
                }
                int next = random.nextInt(3);
                path.add(next);
                lastFirst = TextNgrams.append(lastFirst, next);
            }
        }
    }

    @Test
    void aSetHoldsWhatWasAdded() {
        LongHashSet set = new LongHashSet();
        SplittableRandom random = new SplittableRandom(2);
        long[] numbers = IntStream.range(0, 20_000)
                .mapToLong(i -> i < 100 ? (long) i << 40 : random.nextLong())
                .distinct()
                .toArray();
        for (int i = 0; i < numbers.length; i += 2) {
            set.add(numbers[i]);
            set.add(numbers[i]);
        }
        assertEquals((numbers.length + 1) / 2, set.size());
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(i % 2 == 0, set.contains(numbers[i]));
        }
        set.clear();
        assertEquals(0, set.size());
        assertTrue(Arrays.stream(numbers).noneMatch(set::contains));
    }

    /** The same draft, with each node's children scored as the formula says, token by token. */
    private record WrittenOut(FakeDraft draft, int[] text, List<List<Integer>> nodes) implements Drafter {
        WrittenOut(FakeDraft draft, int[] text) {
            this(draft, text, new ArrayList<>());
        }

        @Override
        public TokenHistory history() {
            return new KnownText(text);
        }

        @Override
        public Children roots(int k) {
            return children(-1, List.of(List.of()), k);
        }

        @Override
        public Children expand(int[] parents, int[] tokens, int k) {
            int first = nodes.size();
            for (int i = 0; i < parents.length; i++) {
                List<Integer> path = new ArrayList<>(parents[i] < 0 ? List.of() : nodes.get(parents[i]));
                path.add(tokens[i]);
                nodes.add(path);
            }
            return children(first, nodes.subList(first, nodes.size()), k);
        }

        private Children children(int first, List<List<Integer>> paths, int k) {
            int[] tokens = new int[paths.size() * k];
            float[] logProbs = new float[tokens.length];
            for (int row = 0; row < paths.size(); row++) {
                float[] all = draft.logProbs(0, paths.get(row));
                List<Integer> offered = draft.best(all, Math.min(VOCABULARY, 3 * k));
                List<Integer> path = new ArrayList<>(Arrays.stream(text).boxed().toList());
                path.addAll(paths.get(row));
                double rest = 1
                        - offered.stream()
                                .mapToDouble(token -> Math.exp(all[token]))
                                .sum();
                double[] weight = new double[VOCABULARY];
                double sum = Math.pow(Math.max(rest, 1e-4), DRAFT) * Math.exp(OTHERS);
                for (int token : offered) {
                    weight[token] =
                            Math.pow(Math.exp(all[token]), DRAFT) * Math.exp(STOOD[match(text, path, token) + 1]);
                    sum += weight[token];
                }
                List<Integer> best = offered.stream()
                        .sorted(Comparator.comparing((Integer token) -> -weight[token]))
                        .limit(k)
                        .toList();
                for (int i = 0; i < k; i++) {
                    tokens[row * k + i] = best.get(i);
                    logProbs[row * k + i] = (float) Math.log(weight[best.get(i)] / sum);
                }
            }
            return new Children(first, k, tokens, logProbs, null);
        }
    }

    private static Drafter reading(FakeDraft draft, int[] text) {
        return new Reading(draft.at(0), new KnownText(text));
    }

    static Stream<TreePolicy> policies() {
        return Stream.of(
                new DynamicTree(4, 3, 14),
                new DynamicTree(3, 4, 10).withLookup(),
                new Chain(4),
                new StaticTree(TreeShape.parse("3/2-1/1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void treesAreThoseOfTheFormula(TreePolicy policy) {
        SplittableRandom random = new SplittableRandom(3);
        TreePlanner scored = ScoredTree.of(policy).planner();
        int others = 0;
        for (int round = 0; round < 100; round++) {
            int[] text = text(random, VOCABULARY);
            scored.begins();
            DraftTree found = scored.plan(reading(new FakeDraft(round, VOCABULARY, 0), text), 9, 30);
            DraftTree expected =
                    policy.planner().plan(new WrittenOut(new FakeDraft(round, VOCABULARY, 0), text), 9, 30);
            assertArrayEquals(expected.tokens(), found.tokens(), "round " + round);
            assertArrayEquals(expected.parents(), found.parents(), "round " + round);
            assertArrayEquals(expected.scores(), found.scores(), 1e-4f, "round " + round);
            DraftTree unscored = policy.planner().plan(reading(new FakeDraft(round, VOCABULARY, 0), text), 9, 30);
            others += Arrays.equals(unscored.tokens(), found.tokens()) ? 0 : 1;
        }
        assertTrue(others > 50, others + " trees differ from the draft's own");
    }

    /** A planner that has seen other texts, and this one grow, scores as a new one. */
    @Test
    void aTextIsScoredByItselfAlone() {
        SplittableRandom random = new SplittableRandom(4);
        TreePolicy policy = ScoredTree.of(new DynamicTree(4, 3, 14));
        TreePlanner planner = policy.planner();
        for (int round = 0; round < 50; round++) {
            int[] text = text(random, 4);
            planner.begins();
            for (int size = 1; size <= text.length; size += random.nextInt(1, 20)) {
                int[] sofar = Arrays.copyOf(text, size);
                DraftTree found = planner.plan(reading(new FakeDraft(round, VOCABULARY, 0), sofar), 9, 30);
                DraftTree expected = policy.planner().plan(reading(new FakeDraft(round, VOCABULARY, 0), sofar), 9, 30);
                assertArrayEquals(expected.scores(), found.scores());
                assertArrayEquals(expected.tokens(), found.tokens());
            }
        }
    }

    @Test
    void aTextThatGotShorterIsAnother() {
        TextNgrams ngrams = new TextNgrams();
        ngrams.follow(new KnownText(1, 2, 3, 4));
        ngrams.follow(new KnownText(5, 6));
        assertEquals(-1, ngrams.match(new int[] {1}, 2));
        assertEquals(1, ngrams.match(new int[] {5}, 6));
    }

    @Test
    void scoresWhatADraftProposes() {
        TreePolicy scored = ScoredTree.of(new DynamicTree(4, 3, 14));
        assertEquals("tree 14/4/3 scored", scored.name());
        assertSame(scored, ScoredTree.of(scored));
        NoTree none = new NoTree();
        assertSame(none, ScoredTree.of(none));
        PromptLookup lookup = new PromptLookup(3, 4);
        assertSame(lookup, ScoredTree.of(lookup));
        DrawnChild drawn = new DrawnChild(1);
        assertEquals(drawn, scored.drawing(drawn).drawnChild());
    }

    /** Notes beside which children one was to be drawn. */
    private record Drawing(Drafter drafter, List<int[]> asked) implements Drafter {
        @Override
        public TokenHistory history() {
            return drafter.history();
        }

        @Override
        public Children roots(int k) {
            return drafter.roots(k);
        }

        @Override
        public Children expand(int[] parents, int[] tokens, int k) {
            return drafter.expand(parents, tokens, k);
        }

        @Override
        public boolean draws() {
            return true;
        }

        @Override
        public DrawnTokens draw(int[] nodes, int[][] fixed) {
            asked.addAll(Arrays.asList(fixed));
            return new DrawnTokens(0, new int[] {0});
        }
    }

    /** Scores choose the fixed children; what is drawn is asked of the draft itself. */
    @Test
    void drawnChildrenAreTheDrafts() {
        int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2};
        FakeDraft draft = new FakeDraft(1, VOCABULARY, 0);
        List<int[]> asked = new ArrayList<>();
        Drafter drawing = new Drawing(reading(draft, text), asked);
        DraftTree tree =
                ScoredTree.of(new Chain(1).drawing(new DrawnChild(1))).planner().plan(drawing, 1, 30);
        assertArrayEquals(new int[] {0}, tree.draws());
        assertArrayEquals(new int[0], asked.get(0));
        asked.clear();
        ScoredTree.of(new StaticTree(TreeShape.parse("2")).drawing(new DrawnChild(1)))
                .planner()
                .plan(drawing, 1, 30);
        assertArrayEquals(new int[] {scoredBest(draft, text)}, asked.get(0));
    }

    private static int scoredBest(FakeDraft draft, int[] text) {
        return new WrittenOut(draft, text).roots(1).tokens()[0];
    }
}
