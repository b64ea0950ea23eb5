package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DrawnChildren;
import org.gto4j.model.Features;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.model.TreeRequest;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DrawnTokens;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TreePolicy;
import org.gto4j.tree.TreeShape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Drawn children through the public API; LosslessSamplingTest and BatchLosslessTest hold the distribution. */
class DrawnChildTest {
    private static final int CONTEXT = 128;
    private static final int LENGTH = 40;
    private static TargetModel target;
    private static DraftModel draft;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "1");
        draft = TinyModels.randomDraft(target, 7);
    }

    @AfterAll
    static void close() {
        draft.close();
        target.close();
    }

    static Stream<TreePolicy> policies() {
        return Stream.of(
                new Chain(3),
                new StaticTree(TreeShape.parse("3/2-0-1/1")),
                new DynamicTree(4, 3, 12),
                CostAware.cheap());
    }

    private static SamplerOptions sampler(double temperature, int seed) {
        return SamplerOptions.builder()
                .temperature((float) temperature)
                .seed(seed)
                .build();
    }

    private static TreeDecoder decoder(TreePolicy policy) {
        return TreeDecoder.builder(target)
                .draft(draft)
                .policy(policy)
                .context(CONTEXT)
                .f32Cache(true)
                .build();
    }

    private static int[] text(TreeDecoder decoder, double temperature, int seed) {
        return decoder.generate(new int[] {12, 3, 5}, new GenerationOptions(LENGTH, sampler(temperature, seed)))
                .tokens();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void greedyTextsAndTreesStayAsTheyAre(TreePolicy policy) {
        try (TreeDecoder decoder = decoder(policy);
                TreeDecoder drawing = decoder(policy.drawing(DrawnChild.ofDraft()))) {
            GenerationOptions greedy = new GenerationOptions(LENGTH, SamplerOptions.greedy());
            for (int[] prompt : Prompts.random(target, 10, 3)) {
                var plain = decoder.generate(prompt, greedy);
                var drawn = drawing.generate(prompt, greedy);
                assertArrayEquals(plain.tokens(), drawn.tokens());
                if (!policy.name().equals("cost-aware")) { // those follow the clock
                    assertArrayEquals(
                            plain.statistics().acceptedPerCycle(),
                            drawn.statistics().acceptedPerCycle());
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void aSeedGivesATextAgain(TreePolicy policy) {
        TreePolicy drawn = policy.drawing(new DrawnChild(0.8));
        boolean follows = policy.name().equals("cost-aware");
        try (TreeDecoder one = decoder(drawn);
                TreeDecoder other = decoder(drawn)) {
            int[][] texts =
                    IntStream.range(0, 8).mapToObj(seed -> text(one, 1, seed)).toArray(int[][]::new);
            for (int seed = 7; seed >= 0 && !follows; seed--) {
                assertArrayEquals(texts[seed], text(other, 1, seed), "seed " + seed);
            }
            assertTrue(Arrays.stream(texts).map(Arrays::toString).distinct().count() > 4, "seeds differ");
        }
    }

    /** Fixed shapes are the same alone and in batches, and so are texts. */
    @Test
    void aTextInABatchIsTheTextAlone() {
        TreePolicy drawn = new StaticTree(TreeShape.parse("3/2-0-1/1")).drawing(DrawnChild.ofDraft());
        List<int[]> prompts = Prompts.random(target, 24, 4);
        try (TreeDecoder alone = decoder(drawn);
                BatchDecoder batch = BatchDecoder.builder(target)
                        .draft(draft)
                        .policy(drawn)
                        .context(CONTEXT)
                        .slots(5)
                        .f32Cache(true)
                        .build()) {
            List<BatchRequest> requests = IntStream.range(0, prompts.size())
                    .mapToObj(i -> batch.submit(
                            prompts.get(i), new GenerationOptions(LENGTH, sampler(i % 3 == 0 ? 0 : 0.9, i))))
                    .toList();
            for (int i = 0; i < prompts.size(); i++) {
                int[] expected = alone.generate(
                                prompts.get(i), new GenerationOptions(LENGTH, sampler(i % 3 == 0 ? 0 : 0.9, i)))
                        .tokens();
                assertArrayEquals(expected, requests.get(i).await().tokens(), "request " + i);
            }
        }
    }

    /** A draft that says what the target says accepts nearly all that is drawn; one drawn child beats one fixed. */
    @Test
    void drawnChildrenAreAccepted() {
        try (TreeDecoder fixed = decoder(new Chain(1));
                TreeDecoder drawn = decoder(new Chain(1).drawing(DrawnChild.ofDraft()))) {
            assertTrue(accepted(drawn) > 1.05 * accepted(fixed), accepted(drawn) + " and " + accepted(fixed));
        }
    }

    /** Share of cycles whose child was accepted: the draft is random, so flat where the target isn't. */
    private static double accepted(TreeDecoder decoder) {
        int cycles = 0;
        int accepted = 0;
        for (int seed = 0; seed < 150; seed++) {
            int[] perCycle = decoder.generate(new int[] {12, 3, 5}, new GenerationOptions(LENGTH, sampler(3, seed)))
                    .statistics()
                    .acceptedPerCycle();
            cycles += perCycle.length;
            accepted += Arrays.stream(perCycle).sum();
        }
        return (double) accepted / cycles;
    }

    @Test
    void drawsAreForgottenAndRefused() {
        SessionOptions options = SessionOptions.builder()
                .context(64)
                .sequences(4)
                .taps(draft.info().taps())
                .build();
        try (TargetSession session = target.newSession(options);
                DraftSession trunk = draft.newSession(64, 8);
                Features features = Features.create(3, draft.info().hidden(), false, Features.Type.F32);
                Sampler sampler = Sampler.open(target, sampler(1, 1));
                DrawnChildren drawn = DrawnChildren.open(target, DrawnChild.ofDraft(), 1)) {
            int[] prompt = {12, 3, 5};
            session.prefill(0, 0, prompt, 2, features, null);
            trunk.extend(features, 0, 3, new int[] {3, 5, 1}, 2);
            int best = trunk.roots(new int[] {2}, 1, null).tokens()[0];
            DrawnTokens tokens = trunk.draw(new int[] {2, 2}, new int[][] {{best}, {}}, drawn);
            assertEquals(0, tokens.firstDraw());
            assertEquals(2, drawn.count());
            assertFalse(tokens.tokens()[0] == best);
            DraftTree tree = new DraftTree(
                    new int[] {best, tokens.tokens()[0]}, new int[] {-1, -1}, new float[2], new float[2], new int[] {
                        -1, 0
                    });
            assertThrows(GtoException.class, () -> session.verify(0, 3, 1, tree, sampler, null));
            drawn.clear();
            assertEquals(0, drawn.count());
            var request = new TreeRequest(0, 3, 1, tree, sampler, null, drawn);
            String message = assertThrows(GtoException.class, () -> session.verify(request))
                    .getMessage();
            assertTrue(message.contains("draws[1]: expected -1"), message);
        }
    }
}
