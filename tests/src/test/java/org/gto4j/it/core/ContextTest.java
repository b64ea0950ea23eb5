package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DecodingTimes;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where texts end: at maxTokens, at the context's end, at an end token; with trees as without. */
class ContextTest {
    private static final int CONTEXT = 48;

    private static TargetModel target;
    private static DraftModel draft;
    private static TreeDecoder tree;
    private static TreeDecoder plain;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
        draft = TinyModels.randomDraft(target, 7);
        tree = TreeDecoder.builder(target)
                .draft(draft)
                .policy(DynamicTree.eagle2())
                .context(CONTEXT)
                .f32Cache(true)
                .build();
        plain = TreeDecoder.builder(target).context(CONTEXT).f32Cache(true).build();
    }

    @AfterAll
    static void close() {
        plain.close();
        tree.close();
        draft.close();
        target.close();
    }

    private static SamplerOptions sampler(int seed) {
        return SamplerOptions.builder().temperature(1).seed(seed).build();
    }

    private static int[] prompt(int length) {
        int[] prompt = new int[length];
        Arrays.setAll(prompt, i -> i * 7 % 12);
        return prompt;
    }

    @Test
    void everyLengthOfPromptFillsTheContextExactly() {
        int full = 0;
        for (int length = 1; length <= CONTEXT; length++) {
            GenerationOptions options = new GenerationOptions(1000, sampler(length));
            Generation with = tree.generate(prompt(length), options);
            Generation without = plain.generate(prompt(length), options);
            assertArrayEquals(without.tokens(), with.tokens());
            assertEquals(without.reason(), with.reason());
            if (with.reason() == FinishReason.CONTEXT_FULL) {
                full++;
                // The last token is drawn from the last cell's logits and needs none itself.
                assertEquals(CONTEXT + 1, length + with.tokens().length);
            } else {
                assertEquals(FinishReason.END_OF_GENERATION, with.reason());
            }
        }
        assertTrue(full > 5, "the context was filled " + full + " times");
    }

    @Test
    void maxTokensIsKeptExactly() {
        int[] text = longText();
        for (int max = 1; max <= text.length; max++) {
            Generation with = tree.generate(
                    prompt(5), GenerationOptions.builder().maxTokens(max).build());
            assertArrayEquals(Arrays.copyOf(text, max), with.tokens());
            assertEquals(FinishReason.MAX_TOKENS, with.reason());
        }
    }

    /** A greedy text that maxTokens alone ended. */
    private static int[] longText() {
        Generation generation = plain.generate(
                prompt(5), GenerationOptions.builder().maxTokens(25).build());
        assertEquals(25, generation.tokens().length);
        return generation.tokens();
    }

    @Test
    void statisticsAddUp() {
        Generation one = tree.generate(prompt(5), new GenerationOptions(1, sampler(1)));
        assertEquals(0, one.statistics().cycles());
        assertTrue(Double.isNaN(one.statistics().tau()));
        int ended = 0;
        for (int seed = 0; seed < 30; seed++) {
            Generation generation = tree.generate(prompt(5), new GenerationOptions(20, sampler(seed)));
            Generation.Statistics s = generation.statistics();
            assertEquals(generation.tokens().length, s.tokens());
            assertEquals(s.cycles(), s.acceptedPerCycle().length);
            int gained = Arrays.stream(s.acceptedPerCycle())
                    .map(accepted -> accepted + 1)
                    .sum();
            boolean end = generation.reason() == FinishReason.END_OF_GENERATION;
            ended += end ? 1 : 0;
            if (s.cycles() > 0) {
                assertEquals(s.tokens() - 1 + (end ? 1 : 0), gained, "all that was verified, the end token included");
                assertEquals((double) gained / s.cycles(), s.tau(), 1e-12);
                assertTrue(s.targetNanos() > 0
                        && s.draftNanos() > 0
                        && s.targetNanos() + s.draftNanos() <= s.decodeNanos());
                timesAddUp(s);
            }
            assertTrue(s.promptNanos() > 0);
        }
        assertTrue(ended > 0, "some texts ended by themselves");
    }

    private static void timesAddUp(Generation.Statistics s) {
        assertEquals(s.cycles(), s.treeSizes().length);
        assertEquals(s.cycles(), s.cycleNanos().length);
        assertEquals(s.decodeNanos(), Arrays.stream(s.cycleNanos()).sum());
        assertEquals(Arrays.stream(s.cycleNanos()).min().orElseThrow() * 1e-9, s.cycleSeconds(0));
        assertEquals(Arrays.stream(s.cycleNanos()).max().orElseThrow() * 1e-9, s.cycleSeconds(1));
        for (int cycle = 0; cycle < s.cycles(); cycle++) {
            assertTrue(s.treeSizes()[cycle] >= s.acceptedPerCycle()[cycle], "no more accepted than drafted");
        }
        DecodingTimes t = s.times();
        assertEquals(s.decodeNanos(), t.total() + t.waited(), "the parts are the whole");
        for (long part : new long[] {
            t.decode(),
            t.products(),
            t.kernels(),
            t.graphs(),
            t.trees(),
            t.calls(),
            t.draw(),
            t.verification(),
            t.other()
        }) {
            assertTrue(part > 0, t.toString());
        }
        assertTrue(t.features() > 0 && t.ownShare() > 0 && t.ownShare() < 1, t.toString());
    }
}
