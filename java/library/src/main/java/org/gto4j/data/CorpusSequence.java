package org.gto4j.data;

import java.util.Arrays;
import java.util.List;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * One text of a corpus: what was asked and what was answered, in one turn or several. The arrays are shared, not
 * copied: don't change them.
 *
 * @param id unique within the corpus
 * @param tokens x[0..L-1]
 * @param responses what is trained: ascending spans that don't overlap, within 1..L; a token outside them is context
 *     only
 * @param own whether the target wrote the responses itself; false for a foreign text that it only read
 * @param argmax L entries: the target's most probable token after token i, -1 = unknown; null if the responses are
 *     greedy
 * @param offset byte offset of the first row (one a token) in the corpus's features file, or {@link #NO_FEATURES}
 * @param provenance what the text was made from; null in a corpus of older versions
 */
public record CorpusSequence(
        String id,
        int[] tokens,
        List<ResponseSpan> responses,
        boolean own,
        int @Nullable [] argmax,
        long offset,
        @Nullable Provenance provenance) {
    /** Offset of a sequence whose features aren't kept on disk. */
    public static final long NO_FEATURES = -1;

    /** Checks spans and lengths; ARGUMENT: names the sequence. */
    public CorpusSequence(
            String id,
            int[] tokens,
            List<ResponseSpan> responses,
            boolean own,
            int @Nullable [] argmax,
            long offset,
            @Nullable Provenance provenance) {
        responses = List.copyOf(responses);
        int least = 1;
        for (ResponseSpan span : responses) {
            if (span.start() < least || span.end() <= span.start() || span.end() > tokens.length) {
                throw new GtoException(
                        GtoException.Kind.ARGUMENT,
                        "sequence '" + id + "': expected ascending response spans within 1.." + tokens.length
                                + ", found " + responses);
            }
            least = span.end();
        }
        if (argmax != null && argmax.length != tokens.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "sequence '" + id + "': expected as many argmax as tokens, found " + argmax.length + " and "
                            + tokens.length);
        }
        this.id = id;
        this.tokens = tokens;
        this.responses = responses;
        this.own = own;
        this.argmax = argmax;
        this.offset = offset;
        this.provenance = provenance;
    }

    /** A text of which isn't known what it was made from. */
    public CorpusSequence(
            String id, int[] tokens, List<ResponseSpan> responses, boolean own, int @Nullable [] argmax, long offset) {
        this(id, tokens, responses, own, argmax, offset, null);
    }

    /**
     * A prompt and the target's response to it.
     *
     * @param promptLength tokens 0..promptLength-1 are the prompt, the rest the response; 1..L-1
     */
    public CorpusSequence(String id, int[] tokens, int promptLength, int @Nullable [] argmax, long offset) {
        this(id, tokens, List.of(new ResponseSpan(promptLength, tokens.length)), true, argmax, offset);
    }

    /** The same text with its features at a byte offset. */
    CorpusSequence at(long featureOffset) {
        return new CorpusSequence(id, tokens, responses, own, argmax, featureOffset, provenance);
    }

    /**
     * Whether it is one prompt with one response of the target up to the text's end: what decoding can be replayed on.
     */
    public boolean isOneAnswer() {
        return own && responses.size() == 1 && responses.get(0).end() == tokens.length;
    }

    /** L, tokens of prompts and responses. */
    public int length() {
        return tokens.length;
    }

    /** Tokens before the first response; L if there is none. */
    public int promptLength() {
        return responses.isEmpty() ? tokens.length : responses.get(0).start();
    }

    /** Tokens of all responses. */
    public int responseLength() {
        return responses.stream().mapToInt(ResponseSpan::length).sum();
    }

    /**
     * L entries: true where the token itself is a response's, so that it is a token to be predicted from the ones
     * before it. A new array.
     */
    public boolean[] lossMask() {
        boolean[] mask = new boolean[tokens.length];
        for (ResponseSpan span : responses) {
            Arrays.fill(mask, span.start(), span.end(), true);
        }
        return mask;
    }

    /**
     * L entries: the target's most probable token after token i, -1 where it is unknown. In a greedy response it is the
     * next token, so that nothing needs to be kept. A new array.
     */
    public int[] targetArgmax() {
        if (argmax != null) {
            return argmax.clone();
        }
        int[] next = new int[tokens.length];
        Arrays.fill(next, -1);
        for (ResponseSpan span : responses) {
            System.arraycopy(tokens, span.start(), next, span.start() - 1, span.length());
        }
        return next;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
