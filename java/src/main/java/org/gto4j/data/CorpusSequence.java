package org.gto4j.data;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * One text that the target wrote: a prompt and its response. The arrays are shared, not copied: don't change them.
 *
 * @param id           unique within the corpus
 * @param tokens       x[0..L-1], all with a row of features
 * @param promptLength tokens 0..promptLength-1 are the prompt, the rest the response; 1..L-1
 * @param argmax       L entries: the target's most probable token after token i, -1 = unknown; null if the response is greedy
 * @param offset       byte offset of the first row in the corpus's features file
 */
public record CorpusSequence(String id, int[] tokens, int promptLength, int @Nullable [] argmax, long offset) {
    /** L, tokens of prompt and response. */
    public int length() {
        return tokens.length;
    }

    /** Tokens of the response. */
    public int responseLength() {
        return tokens.length - promptLength;
    }

    /** L entries: true where the token is the response's. A new array. */
    public boolean[] lossMask() {
        boolean[] mask = new boolean[tokens.length];
        Arrays.fill(mask, promptLength, mask.length, true);
        return mask;
    }

    /**
     * L entries: the target's most probable token after token i, -1 where it is unknown. In a greedy response it is the next token, so
     * that nothing needs to be kept. A new array.
     */
    public int[] targetArgmax() {
        if (argmax != null) {
            return argmax.clone();
        }
        int[] next = new int[tokens.length];
        Arrays.fill(next, -1);
        System.arraycopy(tokens, promptLength, next, promptLength - 1, responseLength());
        return next;
    }
}
