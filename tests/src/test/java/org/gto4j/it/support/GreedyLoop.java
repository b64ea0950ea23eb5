package org.gto4j.it.support;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.gto4j.TargetModel;
import org.gto4j.TargetSession;

/** What stock libllama would do: decode one token, take the argmax. */
public final class GreedyLoop {
    private GreedyLoop() {
    }

    /** Up to {@code most} tokens after the prompt, without the end token. */
    public static int[] text(TargetModel target, TargetSession session, int[] prompt, int most) {
        session.clear();
        session.prefill(0, 0, prompt, prompt.length - 1, null, null);
        IntStream.Builder tokens = IntStream.builder();
        int token = session.argmax(new int[] {prompt.length - 1})[0];
        for (int position = prompt.length, count = 1; !target.isEnd(token); position++, count++) {
            tokens.add(token);
            if (count == most) {
                break;
            }
            session.decode(new int[] {token}, new int[] {position}, new int[][] {{0}}, new boolean[] {true});
            token = session.argmax(new int[] {0})[0];
        }
        return tokens.build().toArray();
    }

    /** How far the best logit after the tokens is above the second best. */
    public static float gap(TargetSession session, int[] prompt, int[] text, int length) {
        int[] tokens = IntStream.concat(Arrays.stream(prompt), Arrays.stream(text, 0, length)).toArray();
        session.clear();
        session.prefill(0, 0, tokens, tokens.length - 1, null, null);
        float[] logits = session.logits(tokens.length - 1);
        Arrays.sort(logits);
        return logits[logits.length - 1] - logits[logits.length - 2];
    }
}
