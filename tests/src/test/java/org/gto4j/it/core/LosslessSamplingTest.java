package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.GrammarTrigger;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.ScoredTree;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.gto4j.tree.TreeShape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * At temperature 1 the tree decoder's texts have the target's own distribution: chi-square over all texts of four
 * tokens.
 */
class LosslessSamplingTest {
    private static final int MANY = 50_000;
    private static final int SOME = 10_000;
    private static final int DRAFT_SEED = 3;
    private static final int LENGTH = 4;
    private static final int[] PROMPT = {3, 0, 1};
    private static final TreePolicy TREE = new DynamicTree(3, 2, 6);

    /** How tokens are drawn, which of them a reference allows, and how many texts are drawn. */
    private record Case(
            String name,
            TreePolicy policy,
            SamplerOptions sampler,
            BiPredicate<List<Integer>, Integer> allowed,
            int draws) {
        Case(String name, SamplerOptions.Builder sampler) {
            this(name, TREE, sampler.build(), (text, token) -> true, SOME);
        }

        Case drawing(DrawnChild drawn) {
            return new Case(name + ", drawn", policy.drawing(drawn), sampler, allowed, SOME);
        }

        Outcomes outcomes() {
            return Outcomes.enumerate(target, PROMPT, LENGTH, new ReferenceChain(sampler, allowed));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static TargetModel target;
    private static DraftModel draft;

    @BeforeAll
    static void open() {
        target = openTarget();
        draft = TinyModels.randomDraft(target, DRAFT_SEED);
    }

    private static TargetModel openTarget() {
        return TinyModels.open(
                "--vocab",
                "5",
                "--seed",
                "2",
                "--scale",
                "1.5",
                "--embd",
                "16",
                "--heads",
                "2",
                "--kv-heads",
                "1",
                "--ff",
                "16",
                "--layers",
                "3");
    }

    @AfterAll
    static void close() {
        draft.close();
        target.close();
    }

    private static SamplerOptions.Builder temperature(double value) {
        return SamplerOptions.builder().temperature((float) value);
    }

    static List<Case> undrawn() {
        int a = 0; // the vocabulary is a, b, c, <s>, </s>
        int begin = 3;
        int end = 4;
        BiPredicate<List<Integer>, Integer> firstA = (text, token) -> text.isEmpty() ? token == a : token != begin;
        BiPredicate<List<Integer>, Integer> twoAsOrNone = (text, token) -> {
            int first = text.indexOf(a);
            int since = text.size() - first;
            return first < 0 || token == (since == 1 ? a : end);
        };
        BiPredicate<List<Integer>, Integer> noA = (text, token) -> token != a;
        return List.of(
                new Case("temperature 1", TREE, temperature(1).build(), (text, token) -> true, MANY),
                new Case(
                        "static",
                        new StaticTree(TreeShape.parse("3/2-1/1-0-1")),
                        temperature(1).build(),
                        (text, token) -> true,
                        SOME),
                new Case("cost-aware", CostAware.cheap(), temperature(1).build(), (text, token) -> true, SOME),
                new Case(
                        "cost-aware without lookup",
                        CostAware.cheapWithoutLookup(),
                        temperature(1).build(),
                        (text, token) -> true,
                        SOME),
                new Case(
                        "lookup branch",
                        new DynamicTree(3, 2, 6).withLookup(),
                        temperature(1).build(),
                        (text, token) -> true,
                        SOME),
                new Case("scored", ScoredTree.of(TREE), temperature(1).build(), (text, token) -> true, SOME),
                new Case(
                        "cost-aware scored",
                        ScoredTree.of(CostAware.cheap()),
                        temperature(1).build(),
                        (text, token) -> true,
                        SOME),
                new Case("temperature 0.6", temperature(0.6)),
                new Case("top-k", temperature(1).topK(3)),
                new Case("top-p", temperature(0.9).topP(0.8f)),
                new Case("min-p", temperature(1.2).minP(0.3f)),
                new Case("penalties", temperature(1).penalties(8, 1.3f, 0.4f, 0.2f)),
                new Case(
                        "grammar",
                        TREE,
                        temperature(1).grammar("root ::= \"a\" [a-c]*").build(),
                        firstA,
                        SOME),
                new Case(
                        "grammar from a trigger on",
                        TREE,
                        temperature(1)
                                .grammar("root ::= \"a\" \"a\"")
                                .grammarTriggers(List.of(GrammarTrigger.word("a")))
                                .build(),
                        twoAsOrNone,
                        SOME),
                new Case(
                        "logit bias",
                        TREE,
                        temperature(1)
                                .logitBias(Map.of(a, Float.NEGATIVE_INFINITY, end, 0.7f))
                                .build(),
                        noA,
                        SOME));
    }

    /** All of them again with drawn children, at temperatures of their own. */
    static List<Case> cases() {
        List<Case> cases = new ArrayList<>(undrawn());
        undrawn().forEach(chain -> cases.add(chain.drawing(new DrawnChild(cases.size() % 2 == 0 ? 1 : 0.7))));
        cases.add(new Case(
                "chain, drawn",
                new Chain(3).drawing(DrawnChild.ofDraft()),
                temperature(1).build(),
                (text, token) -> true,
                SOME));
        cases.add(new Case(
                "trees of a draft at rest", new Resting(), temperature(1).build(), (text, token) -> true, SOME));
        return cases;
    }

    /** The draft is never asked: each tree is made of the text's last token. */
    private static final class Resting extends ForwardingTreePolicy {
        Resting() {
            super(TREE);
        }

        @Override
        public TreePlanner planner() {
            return new ForwardingTreePlanner(super.planner()) {
                @Override
                public boolean drafts(TokenHistory history, int gained) {
                    return false;
                }

                @Override
                public DraftTree planWithoutDraft(TokenHistory history, int depth, int nodes) {
                    int last = history.token(history.size() - 1) % 3;
                    int[] tokens = {last, (last + 1) % 3, last};
                    return new DraftTree(tokens, new int[] {-1, -1, 0}, new float[3], new float[3])
                            .limited(depth, nodes);
                }
            };
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void acceptsTheTreeDecoder(Case chain) {
        Outcomes outcomes = chain.outcomes();
        assertEquals(1, outcomes.total(), 1e-6);
        // Two decoders on devices of their own draw at the same time.
        CompletableFuture<List<Generation>> half =
                CompletableFuture.supplyAsync(() -> draw(chain, 0, chain.draws() / 2));
        List<Generation> generations = new ArrayList<>(draw(chain, chain.draws() / 2, chain.draws()));
        generations.addAll(half.join());
        Outcomes.Tally tally = outcomes.tally();
        long accepted = 0;
        for (Generation generation : generations) {
            tally.add(generation.tokens());
            accepted +=
                    Arrays.stream(generation.statistics().acceptedPerCycle()).sum();
        }
        assertTrue(accepted > chain.draws() / 10, "the walk accepted draft tokens: " + accepted);
        double p = tally.pValue();
        assertTrue(p > 0.001, outcomes.size() + " texts, p = " + p);
    }

    private static List<Generation> draw(Case chain, int firstSeed, int endSeed) {
        try (TargetModel model = openTarget();
                DraftModel itsDraft = TinyModels.randomDraft(model, DRAFT_SEED);
                TreeDecoder decoder = TreeDecoder.builder(model)
                        .draft(itsDraft)
                        .policy(chain.policy())
                        .context(64)
                        .f32Cache(true)
                        .build()) {
            return IntStream.range(firstSeed, endSeed)
                    .mapToObj(seed -> decoder.generate(
                            PROMPT,
                            new GenerationOptions(LENGTH, chain.sampler().withSeed(seed))))
                    .toList();
        }
    }

    /** The drawn child is in the tree only if its token is a certain one. */
    private static final class Choosy extends ForwardingTreePolicy {
        Choosy() {
            super(new StaticTree(TreeShape.parse("2")).drawing(DrawnChild.ofDraft()));
        }

        @Override
        public TreePlanner planner() {
            TreePlanner honest = super.planner();
            return (drafter, depth, nodes) -> {
                DraftTree tree = honest.plan(drafter, depth, nodes);
                return tree.size() == 2 && tree.tokens()[1] > 1 ? tree.limited(1, 0) : tree;
            };
        }
    }

    @Test
    void rejectsADrawnChildThatIsThereForItsToken() {
        Case chain = new Case("choosy", new Choosy(), temperature(1).build(), (text, token) -> true, SOME);
        Outcomes.Tally tally = chain.outcomes().tally();
        draw(chain, 0, chain.draws()).forEach(generation -> tally.add(generation.tokens()));
        double p = tally.pValue();
        assertTrue(p < 1e-6, "p = " + p);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("undrawn")
    void rejectsAWalkThatAlwaysAcceptsTheFirstChild(Case chain) {
        Outcomes.Tally tally = chain.outcomes().tally();
        try (TargetSession session = target.newSession(SessionOptions.builder()
                        .context(64)
                        .sequences(1)
                        .taps(draft.info().taps())
                        .f32Cache(true)
                        .build());
                DraftSession trunk = draft.newSession(64, 1);
                Features features = Features.create(3, draft.info().hidden(), false, Features.Type.F32)) {
            for (int seed = 0; seed < 2_000; seed++) {
                try (Sampler sampler = Sampler.open(target, chain.sampler().withSeed(seed))) {
                    sampler.accept(PROMPT);
                    tally.add(brokenWalk(session, trunk, features, sampler));
                }
            }
        }
        double p = tally.pValue();
        assertTrue(p < 1e-6, "p = " + p);
    }

    /**
     * The second token is the draft's best child of the first, accepted without a draw; the others are drawn as they
     * should be.
     */
    private static int[] brokenWalk(TargetSession session, DraftSession trunk, Features features, Sampler sampler) {
        session.clear();
        trunk.truncate(0);
        features.truncate(0);
        session.prefill(0, 0, PROMPT, PROMPT.length - 1, features, null);
        int[] text = new int[LENGTH];
        int count = 0;
        int next = draw(session, PROMPT.length - 1, sampler);
        while (!target.isEnd(next)) {
            text[count++] = next;
            if (count == LENGTH) {
                break;
            }
            session.decode(
                    new int[] {next}, new int[] {PROMPT.length + count - 1}, new int[][] {{0}}, new boolean[] {true});
            if (count == 1) {
                int[] after = Arrays.copyOfRange(PROMPT, 1, PROMPT.length + 1);
                after[PROMPT.length - 1] = next;
                trunk.extend(features, 0, after.length, after, after.length - 1);
                next = trunk.roots(new int[] {after.length - 1}, 1, null).tokens()[0];
            } else {
                next = draw(session, 0, sampler);
            }
        }
        return Arrays.copyOf(text, count);
    }

    private static int draw(TargetSession session, int row, Sampler sampler) {
        return session.sample(new int[] {row}, new Sampler[] {sampler})[0];
    }
}
