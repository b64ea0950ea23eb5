package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.parity.PlainReference;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TreePolicy;
import org.gto4j.tree.TreeShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Greedy text with a draft, without one, and of a bare loop of decode and argmax are the same, whatever the draft says.
 */
class GreedyTextTest {
    private static final int PROMPTS = 20;
    private static final int TOKENS = 64;
    private static final int CONTEXT = 256;

    static Stream<Arguments> cases() {
        String[] bytes = {"--vocab", "320", "--seed", "3"};
        // Few tokens: even a random draft is often right, so that long paths are accepted.
        String[] letters = {"--vocab", "14", "--seed", "5", "--scale", "2"};
        return Stream.of(
                Arguments.of(new DynamicTree(7, 10, 60), bytes, 0.0),
                Arguments.of(new DynamicTree(7, 10, 60), letters, 1.5),
                Arguments.of(new Chain(4), bytes, 0.0),
                Arguments.of(new Chain(4), letters, 1.02),
                Arguments.of(new StaticTree(TreeShape.eagle1()), bytes, 0.0),
                Arguments.of(new StaticTree(TreeShape.eagle1()), letters, 1.2),
                Arguments.of(CostAware.cheap(), bytes, 0.0),
                Arguments.of(CostAware.cheap(), letters, 1.5),
                Arguments.of(CostAware.dear(), letters, 0.0),
                Arguments.of(CostAware.timed(), letters, 0.0),
                Arguments.of(new PromptLookup(2, 5), letters, 1.02));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isTheTargetsOwn(TreePolicy policy, String[] options, double leastTau) {
        try (TargetModel target = TinyModels.open(options);
                DraftModel draft = TinyModels.randomDraft(target, 7);
                TreeDecoder tree = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(policy)
                        .context(CONTEXT)
                        .f32Cache(true)
                        .build();
                TreeDecoder plain = TreeDecoder.builder(target)
                        .context(CONTEXT)
                        .f32Cache(true)
                        .build();
                PlainReference reference = new PlainReference(target, CONTEXT, true)) {
            GenerationOptions greedy =
                    GenerationOptions.builder().maxTokens(TOKENS).build();
            int gained = 0;
            int cycles = 0;
            int generated = 0;
            for (int[] prompt : Prompts.random(target, PROMPTS, 1)) {
                int[] expected = reference.text(prompt, TOKENS);
                Generation without = plain.generate(prompt, greedy);
                Generation with = tree.generate(prompt, greedy);
                assertArrayEquals(expected, without.tokens());
                assertArrayEquals(expected, with.tokens());
                assertEquals(target.text(expected), with.text());
                assertEquals(
                        expected.length < TOKENS ? FinishReason.END_OF_GENERATION : FinishReason.MAX_TOKENS,
                        with.reason());
                assertEquals(with.reason(), without.reason());
                gained += Arrays.stream(with.statistics().acceptedPerCycle())
                        .map(accepted -> accepted + 1)
                        .sum();
                cycles += with.statistics().cycles();
                generated += expected.length;
            }
            assertTrue(generated > PROMPTS * TOKENS / 4, "the texts are long enough to mean something: " + generated);
            assertTrue(gained >= leastTau * cycles, "tau " + (double) gained / cycles);
        }
    }
}
