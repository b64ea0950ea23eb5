package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.parity.PlainReference;
import org.gto4j.lab.parity.Rounding;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.NoTree;
import org.junit.jupiter.api.Test;

/** The reference loop beside one pass over all of prompt and text. */
class PlainReferenceTest {
    private static final int TOKENS = 24;
    private static final SamplerOptions GREEDY = SamplerOptions.greedy();

    @Test
    void isTheArgmaxOfOnePassAndGapsAreDifferencesOfItsLogits() {
        try (TargetModel target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
                PlainReference reference = new PlainReference(target, 256, true);
                TargetSession session = target.newSession(SessionOptions.builder()
                        .context(256)
                        .sequences(1)
                        .f32Cache(true)
                        .build())) {
            int ended = 0;
            for (int[] prompt : Prompts.random(target, 12, 4)) {
                int[] text = reference.text(prompt, TOKENS);
                int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(text))
                        .toArray();
                session.clear();
                int[] best = new int[all.length];
                session.prefill(0, 0, all, prompt.length - 1, null, best);
                assertArrayEquals(text, Arrays.copyOfRange(best, prompt.length - 1, prompt.length - 1 + text.length));
                float[] last = session.logits(all.length - 1);
                int other = (best[all.length - 1] + 1) % last.length;
                if (text.length < TOKENS) {
                    ended++;
                    assertTrue(target.isEnd(best[all.length - 1]));
                    assertEquals(
                            last[best[all.length - 1]] - last[other],
                            reference.gap(prompt, text, text.length, other),
                            1e-3);
                    assertEquals(0, reference.gap(prompt, text, text.length, PlainReference.END), 1e-6);
                }
                float[] first = session.logits(prompt.length - 1);
                if (text.length > 0) {
                    int end = IntStream.range(0, first.length)
                            .filter(target::isEnd)
                            .findFirst()
                            .orElseThrow();
                    assertEquals(first[text[0]] - first[end], reference.gap(prompt, text, 0, PlainReference.END), 1e-3);
                    assertTrue(reference.gap(prompt, text, text.length - 1, 0) >= 0);
                }
            }
            assertTrue(ended > 0, "some text ended");
        }
    }

    @Test
    void roundingOfAnF32TargetMovesNothing() {
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3", "--scale", "2");
                PlainReference reference = new PlainReference(target, 256, true)) {
            int[] prompt = {1, 7, 9, 30, 12};
            int[] text = reference.text(prompt, TOKENS);
            Rounding rounding = reference.rounding(prompt, text, GREEDY);
            assertEquals(text.length - 1, rounding.positions());
            assertEquals(0, rounding.flips());
            assertTrue(rounding.widest() < 1e-3, rounding.toString());
            assertTrue(reference.moved(prompt, text, text.length - 1, 0) < 1e-3);
            assertEquals(0, reference.moved(prompt, text, 0, 0), "the prompt is always read alike");
            text[2] = (text[2] + 1) % 250;
            assertTrue(
                    reference.rounding(prompt, text, GREEDY).flips() > 0,
                    "a text that isn't the target's own is noticed");
            assertEquals(
                    Rounding.NONE,
                    reference.rounding(prompt, new int[] {text[0]}, GREEDY),
                    "one token compares nothing");
        }
    }

    @Test
    void sampledTextIsWhatPlainDecodingDraws() {
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3", "--scale", "2");
                PlainReference reference = new PlainReference(target, 256, true);
                TreeDecoder decoder = TreeDecoder.builder(target)
                        .policy(new NoTree())
                        .context(256)
                        .f32Cache(true)
                        .build()) {
            Set<List<Integer>> texts = new HashSet<>();
            for (int seed = 0; seed < 6; seed++) {
                int[] prompt = {1, 7, 9, 30, 12};
                SamplerOptions sampling =
                        SamplerOptions.builder().temperature(1).seed(seed).build();
                int[] text = reference.text(prompt, TOKENS, sampling);
                assertArrayEquals(
                        decoder.generate(prompt, new GenerationOptions(TOKENS, sampling))
                                .tokens(),
                        text);
                assertArrayEquals(
                        text, reference.text(prompt, TOKENS, sampling), "a text is drawn again from its seed");
                texts.add(Arrays.stream(text).boxed().toList());
                assertEquals(
                        0,
                        reference.rounding(prompt, text, sampling).flips(),
                        "the draws of a text are repeated in their order");
                assertTrue(
                        text.length < 8
                                || reference
                                                .rounding(prompt, text, sampling.withSeed(seed + 1))
                                                .flips()
                                        > 0,
                        "other draws are noticed");
            }
            assertTrue(texts.size() > 3, "seeds differ: " + texts);
        }
    }

    @Test
    void readsPromptsLongerThanABatch() {
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3");
                PlainReference reference = new PlainReference(target, 1024, true)) {
            int[] prompt = new int[700];
            Arrays.setAll(prompt, i -> i % 250);
            assertTrue(reference.text(prompt, 8).length > 0);
        }
    }
}
