package org.gto4j.it.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.it.support.UntimedTree;
import org.gto4j.it.train.TinyCorpus;
import org.gto4j.lab.simulation.GridCell;
import org.gto4j.lab.simulation.TreeGrid;
import org.gto4j.model.ContextVocabulary;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Features;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.simulation.SimulatedTau;
import org.gto4j.simulation.SimulatedText;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.tree.Chain;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.ScoredTree;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TreePolicy;
import org.gto4j.tree.TreeShape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Simulated cycles are those of the decoder. Few tokens and a random draft: paths of all lengths are accepted. */
class SimulatedDecodingTest {
    private static final int TOKENS = 48;
    private static final int TEXTS = 30;
    private static final CycleCosts COSTS = new CycleCosts(
            new CostTable(new int[] {1, 64}, new double[] {1, 2}),
            new CostTable(new int[] {1, 8}, new double[] {0.02, 0.03}),
            0.02,
            new CostTable(new int[] {1, 8}, new double[] {0.02, 0.03}));

    /** A draft that doesn't pay: it rests, and what copies the text doesn't. */
    private static final CycleCosts DEAR_DRAFT = new CycleCosts(
            COSTS.verification(), // further rows cost next to nothing
            new CostTable(new int[] {1, 8}, new double[] {1, 1}),
            1,
            new CostTable(new int[] {1, 8}, new double[] {1, 1}));

    @TempDir
    Path folder;

    private final TargetModel target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
    private final DraftModel draft = TinyModels.randomDraft(target, 7);

    @AfterEach
    void close() {
        draft.close();
        target.close();
    }

    /** A simulation doesn't know what cycles take, so the decoder's planners aren't told either. */
    static Stream<TreePolicy> policies() {
        return Stream.of(
                new DynamicTree(7, 10, 60),
                new DynamicTree(3, 4, 9),
                new Chain(7),
                new UntimedTree(new CostAwareTree(COSTS)),
                new UntimedTree(new CostAwareTree(COSTS).withoutLookup()),
                new UntimedTree(new CostAwareTree(DEAR_DRAFT)),
                new DynamicTree(4, 4, 12).withLookup(),
                ScoredTree.of(new DynamicTree(4, 4, 12)),
                new UntimedTree(ScoredTree.of(new CostAwareTree(COSTS))),
                new PromptLookup(2, 5),
                new NoTree());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void cyclesAreTheDecoders(TreePolicy policy) {
        same(policy, SamplerOptions.greedy());
    }

    /** The simulated trunk holds the whole text: what comes later isn't proposed. */
    @Test
    void cyclesWithAContextVocabularyAreTheDecoders() {
        try (DraftModel narrow = TinyModels.randomDraft(target, new int[] {0, 2, 5, 9}, 7)) {
            SamplerOptions sampler =
                    SamplerOptions.builder().temperature(1).seed(9).build();
            int without = same(narrow, new DynamicTree(4, 4, 12), sampler);
            narrow.setContextVocabulary(new ContextVocabulary(0.5f, 2));
            int with = same(narrow, new DynamicTree(4, 4, 12), sampler);
            assertTrue(with > without + without / 10, without + " tokens were accepted without, " + with + " with it");
        }
    }

    @Test
    void sampledTextsGiveTheCyclesOfTheirSampler() {
        same(
                new DynamicTree(7, 10, 60),
                SamplerOptions.builder().temperature(1).seed(9).build());
    }

    /** With features that weren't rounded every cycle of every text is the same one. */
    private void same(TreePolicy policy, SamplerOptions sampler) {
        int accepted = same(draft, policy, sampler);
        assertTrue(accepted > 30 || policy instanceof NoTree, "paths were accepted: " + accepted);
    }

    /** Tokens that were accepted. */
    private int same(DraftModel draft, TreePolicy policy, SamplerOptions sampler) {
        List<FinishReason> reasons = new ArrayList<>();
        int accepted = 0;
        SessionOptions reading = SessionOptions.builder()
                .context(256)
                .sequences(1)
                .taps(draft.info().taps())
                .f32Cache(true)
                .build();
        try (TreeDecoder decoder = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(policy)
                        .context(256)
                        .f32Cache(true)
                        .build();
                SimulatedDecoding simulation = new SimulatedDecoding(draft, List.of(policy), 256, null);
                TargetSession session = target.newSession(reading);
                Features features =
                        Features.create(draft.info().taps().length, draft.info().hidden(), false, Features.Type.F32)) {
            for (int i = 0; i < TEXTS; i++) {
                int[] prompt = prompt(i);
                Generation generation = decoder.generate(
                        prompt,
                        GenerationOptions.builder()
                                .maxTokens(TOKENS)
                                .sampler(sampler.withSeed(i))
                                .build());
                reasons.add(generation.reason());
                int[] text = text(prompt, generation);
                session.clear();
                features.truncate(0);
                session.prefill(0, 0, text, text.length, features, null);
                SimulatedText simulated = simulation
                        .run("text " + i, text, prompt.length, features)
                        .get(0);
                assertArrayEquals(generation.statistics().acceptedPerCycle(), simulated.accepted(), "text " + i);
                assertEquals(text.length - prompt.length - 1, simulated.tokens());
                accepted += Arrays.stream(simulated.accepted()).sum();
            }
        }
        assertTrue(
                reasons.contains(FinishReason.END_OF_GENERATION) && reasons.contains(FinishReason.MAX_TOKENS),
                "both ends: " + reasons);
        return accepted;
    }

    /** The text with its end token, whichever of the target's it is. */
    private int[] text(int[] prompt, Generation generation) {
        IntStream end = generation.reason() == FinishReason.END_OF_GENERATION
                ? IntStream.range(0, target.info().vocabulary())
                        .filter(target::isEnd)
                        .limit(1)
                : IntStream.empty();
        return IntStream.concat(IntStream.concat(Arrays.stream(prompt), Arrays.stream(generation.tokens())), end)
                .toArray();
    }

    private int[] prompt(int i) {
        int ordinary = IntStream.range(0, 14)
                .filter(token -> !target.isEnd(token) && token != target.info().bos())
                .skip(i % 5)
                .findFirst()
                .orElseThrow();
        return IntStream.range(0, 2 + i % 7)
                .map(at -> at == 0
                        ? target.info().bos()
                        : (ordinary + at * i) % 3 == 0 ? target.info().bos() : ordinary)
                .toArray();
    }

    /** On a corpus, whose features are rounded to F16, near ties may turn out otherwise: a cycle here and there. */
    @Test
    void corpusTextsGiveNearlyTheSameCycles() {
        try (TargetModel words = TinyModels.open("--type", "F32", "--vocab", "64");
                DraftModel other = TinyModels.randomDraft(words, 7);
                Corpus corpus = TinyCorpus.greedy(folder, words, 24, TOKENS);
                TreeDecoder decoder = TreeDecoder.builder(words)
                        .draft(other)
                        .policy(new DynamicTree(5, 4, 20))
                        .context(256)
                        .build();
                SimulatedDecoding simulation =
                        new SimulatedDecoding(other, List.of(new DynamicTree(5, 4, 20)), 256, null)) {
            int same = 0;
            List<SimulatedText> texts =
                    simulation.run(corpus, corpus.sequences(), done -> {}).get(0);
            for (int i = 0; i < texts.size(); i++) {
                CorpusSequence sequence = corpus.sequences().get(i);
                int[] prompt = Arrays.copyOf(sequence.tokens(), sequence.promptLength());
                Generation generation = decoder.generate(
                        prompt, GenerationOptions.builder().maxTokens(TOKENS).build());
                same += Arrays.equals(
                                generation.statistics().acceptedPerCycle(),
                                texts.get(i).accepted())
                        ? 1
                        : 0;
            }
            assertTrue(same >= texts.size() - 2, same + " of " + texts.size());
        }
    }

    static Stream<Arguments> sampled() {
        return Stream.of(
                Arguments.of(new DynamicTree(4, 4, 16), 1f),
                Arguments.of(new DynamicTree(4, 4, 16).drawing(DrawnChild.ofDraft()), 1f),
                Arguments.of(new DynamicTree(3, 3, 6).withLookup().drawing(DrawnChild.ofDraft()), 1f),
                Arguments.of(new Chain(2).drawing(DrawnChild.ofDraft()), 1f),
                Arguments.of(new StaticTree(TreeShape.parse("3/1-1")).drawing(new DrawnChild(0.6)), 0.7f));
    }

    /** Tau of texts that the target sampled is tau of decoding with that sampler: other draws, the same mean. */
    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("sampled")
    void sampledTextsGiveTheTauOfSampledDecoding(TreePolicy policy, float temperature) {
        int answers = 8;
        try (TargetModel words = TinyModels.open("--type", "F32", "--vocab", "64");
                DraftModel other = TinyModels.randomDraft(words, 7);
                Corpus corpus = TinyCorpus.sampled(folder, words, 60, TOKENS, temperature);
                TreeDecoder decoder = TreeDecoder.builder(words)
                        .draft(other)
                        .policy(policy)
                        .context(256)
                        .build();
                SimulatedDecoding simulation = new SimulatedDecoding(other, List.of(policy), 256, null, temperature)) {
            SimulatedTau simulated = SimulatedTau.of(
                    simulation.run(corpus, corpus.sequences(), done -> {}).get(0), Double.NaN, Bootstrap.standard());
            List<SimulatedText> decoded = new ArrayList<>();
            for (CorpusSequence sequence : corpus.sequences()) {
                for (int seed = 0; seed < answers; seed++) {
                    decoded.add(new SimulatedText(
                            sequence.id(),
                            decoder.generate(
                                            Arrays.copyOf(sequence.tokens(), sequence.promptLength()),
                                            GenerationOptions.builder()
                                                    .maxTokens(TOKENS)
                                                    .sampler(SamplerOptions.builder()
                                                            .temperature(temperature)
                                                            .seed(100 + seed)
                                                            .build())
                                                    .build())
                                    .statistics()
                                    .acceptedPerCycle(),
                            Double.NaN));
                }
            }
            SimulatedTau real = SimulatedTau.of(decoded, Double.NaN, Bootstrap.standard());
            double error = Math.hypot(
                            simulated.interval().high() - simulated.interval().low(),
                            real.interval().high() - real.interval().low())
                    / 4;
            assertTrue(error < 0.05 * real.tau(), "the texts are enough to tell: " + error);
            assertEquals(real.tau(), simulated.tau(), 3 * error);
        }
    }

    /** Texts that were drawn at temperature 1 meet more drawn children than fixed ones where the draft is flat. */
    @Test
    void drawnChildrenAreForSampledTexts() {
        List<TreePolicy> policies = List.of(new Chain(2), new Chain(2).drawing(DrawnChild.ofDraft()));
        try (Corpus corpus = TinyCorpus.sampled(folder, target, 40, TOKENS, 1);
                SimulatedDecoding greedy = new SimulatedDecoding(draft, policies, 256, null);
                SimulatedDecoding sampled = new SimulatedDecoding(draft, policies, 256, null, 1)) {
            List<List<SimulatedText>> undrawn = greedy.run(corpus, corpus.sequences(), done -> {});
            assertEquals(undrawn.get(0), undrawn.get(1));
            List<List<SimulatedText>> drawn = sampled.run(corpus, corpus.sequences(), done -> {});
            assertEquals(undrawn.get(0), drawn.get(0));
            long cyclesFixed =
                    drawn.get(0).stream().mapToInt(SimulatedText::cycles).sum();
            long cyclesDrawn =
                    drawn.get(1).stream().mapToInt(SimulatedText::cycles).sum();
            assertTrue(cyclesDrawn < 0.97 * cyclesFixed, cyclesDrawn + " cycles instead of " + cyclesFixed);
        }
    }

    @Test
    void drawnChildrenOfAContextVocabularyAreRefused() {
        List<TreePolicy> policies = List.of(new Chain(2).drawing(DrawnChild.ofDraft()));
        assertThrows(GtoException.class, () -> new SimulatedDecoding(draft, policies, 256, null, -1));
        assertThrows(GtoException.class, () -> new SimulatedDecoding(draft, policies, 256, null, Double.NaN));
        try (DraftModel narrow = TinyModels.randomDraft(target, new int[] {0, 2, 5, 9}, 7)) {
            narrow.setContextVocabulary(new ContextVocabulary(0.5f));
            GtoException refused =
                    assertThrows(GtoException.class, () -> new SimulatedDecoding(narrow, policies, 256, null, 1));
            assertTrue(refused.getMessage().contains("context vocabulary"), refused.getMessage());
        }
    }

    /** Each cell of the grid is what simulating its policy gives, predicted time included. */
    @Test
    void theGridHoldsAllSizes() {
        try (TargetModel words = TinyModels.open("--type", "F32", "--vocab", "64");
                DraftModel other = TinyModels.randomDraft(words, 7);
                Corpus corpus = TinyCorpus.greedy(folder, words, 12, TOKENS)) {
            List<GridCell> cells =
                    TreeGrid.run(other, corpus, corpus.sequences(), 5, 20, 6, COSTS, Bootstrap.standard(), done -> {});
            assertEquals(5 * 20, cells.size());
            List<GridCell> some = IntStream.range(0, cells.size())
                    .filter(i -> i % 7 == 0)
                    .mapToObj(cells::get)
                    .toList();
            List<TreePolicy> policies = some.stream()
                    .<TreePolicy>map(cell -> cell.topK() == 1
                            ? new Chain(cell.depth())
                            : new DynamicTree(cell.depth(), cell.topK(), cell.nodes()))
                    .toList();
            assertTrue(policies.stream().anyMatch(Chain.class::isInstance)
                    && some.stream().anyMatch(cell -> cell.nodes() < 6 && cell.topK() > 1));
            try (SimulatedDecoding simulation = new SimulatedDecoding(other, policies, 256, COSTS)) {
                List<List<SimulatedText>> texts = simulation.run(corpus, corpus.sequences(), done -> {});
                for (int i = 0; i < some.size(); i++) {
                    SimulatedTau expected = SimulatedTau.of(texts.get(i), COSTS.plain(), Bootstrap.standard());
                    assertEquals(
                            expected.tau(),
                            some.get(i).tau(),
                            0.01 * expected.tau(),
                            some.get(i).name());
                    assertEquals(
                            expected.interval().high(),
                            some.get(i).interval().high(),
                            0.02 * expected.tau(),
                            some.get(i).name());
                    assertEquals(
                            expected.speedup(),
                            some.get(i).speedup(),
                            0.02 * expected.speedup(),
                            some.get(i).name());
                }
            }
            double most = cells.stream().mapToDouble(GridCell::tau).max().orElseThrow();
            assertEquals(most, cells.get(cells.size() - 1).tau(), 0.02 * most, "the largest tree accepts most");
        }
    }
}
