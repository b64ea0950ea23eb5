package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.gto4j.SessionOptions;
import org.gto4j.TargetModel;
import org.gto4j.TargetSession;
import org.gto4j.eval.GreedyReference;
import org.gto4j.eval.Rounding;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;

/** The reference loop beside one pass over all of prompt and text. */
class GreedyReferenceTest {
    private static final int TOKENS = 24;

    @Test
    void isTheArgmaxOfOnePassAndGapsAreDifferencesOfItsLogits() {
        try (TargetModel target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
             GreedyReference reference = new GreedyReference(target, 256, true);
             TargetSession session = target.newSession(SessionOptions.builder().context(256).sequences(1).f32Cache(true).build())) {
            int ended = 0;
            for (int[] prompt : Prompts.random(target, 12, 4)) {
                int[] text = reference.text(prompt, TOKENS);
                int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(text)).toArray();
                session.clear();
                int[] best = new int[all.length];
                session.prefill(0, 0, all, prompt.length - 1, null, best);
                assertArrayEquals(text, Arrays.copyOfRange(best, prompt.length - 1, prompt.length - 1 + text.length));
                float[] last = session.logits(all.length - 1);
                int other = (best[all.length - 1] + 1) % last.length;
                if (text.length < TOKENS) {
                    ended++;
                    assertTrue(target.isEnd(best[all.length - 1]));
                    assertEquals(last[best[all.length - 1]] - last[other], reference.gap(prompt, text, text.length, other), 1e-3);
                    assertEquals(0, reference.gap(prompt, text, text.length, GreedyReference.END), 1e-6);
                }
                float[] first = session.logits(prompt.length - 1);
                if (text.length > 0) {
                    int end = IntStream.range(0, first.length).filter(target::isEnd).findFirst().orElseThrow();
                    assertEquals(first[text[0]] - first[end], reference.gap(prompt, text, 0, GreedyReference.END), 1e-3);
                    assertTrue(reference.gap(prompt, text, text.length - 1, 0) >= 0);
                }
            }
            assertTrue(ended > 0, "some text ended");
        }
    }

    @Test
    void roundingOfAnF32TargetMovesNothing() {
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3", "--scale", "2");
             GreedyReference reference = new GreedyReference(target, 256, true)) {
            int[] prompt = {1, 7, 9, 30, 12};
            int[] text = reference.text(prompt, TOKENS);
            Rounding rounding = reference.rounding(prompt, text);
            assertEquals(text.length - 1, rounding.positions());
            assertEquals(0, rounding.flips());
            assertTrue(rounding.widest() < 1e-3, rounding.toString());
            assertTrue(reference.moved(prompt, text, text.length - 1, 0) < 1e-3);
            assertEquals(0, reference.moved(prompt, text, 0, 0), "the prompt is always read alike");
            text[2] = (text[2] + 1) % 250;
            assertTrue(reference.rounding(prompt, text).flips() > 0, "a text that isn't the target's own is noticed");
            assertEquals(Rounding.NONE, reference.rounding(prompt, new int[] {text[0]}), "one token compares nothing");
        }
    }

    @Test
    void readsPromptsLongerThanABatch() {
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3");
             GreedyReference reference = new GreedyReference(target, 1024, true)) {
            int[] prompt = new int[700];
            Arrays.setAll(prompt, i -> i % 250);
            assertTrue(reference.text(prompt, 8).length > 0);
        }
    }
}
