package org.gto4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A text's tokens and which of them are trained. The array is shared, not copied: don't change it.
 *
 * @param id unique
 * @param tokens x[0..L-1]
 * @param responses ascending spans that don't overlap, within 1..L
 */
public record MaskedTokens(String id, int[] tokens, List<ResponseSpan> responses) {
    /** Copies the list. */
    public MaskedTokens {
        responses = List.copyOf(responses);
    }

    /** Spans of a mask; its first entry counts for nothing, as nothing stands before that token. */
    static List<ResponseSpan> spans(boolean[] mask) {
        List<ResponseSpan> spans = new ArrayList<>();
        for (int start = 1; start < mask.length; start++) {
            if (mask[start]) {
                int end = start + 1;
                while (end < mask.length && mask[end]) {
                    end++;
                }
                spans.add(new ResponseSpan(start, end));
                start = end;
            }
        }
        return spans;
    }

    /** The first {@code length} tokens (at least 0) and what is trained of them, or the same if it isn't longer. */
    public MaskedTokens cut(int length) {
        if (length < 0) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "length: expected at least 0, found " + length);
        }
        if (tokens.length <= length) {
            return this;
        }
        List<ResponseSpan> kept = responses.stream()
                .filter(span -> span.start() < length)
                .map(span -> new ResponseSpan(span.start(), Math.min(span.end(), length)))
                .toList();
        return new MaskedTokens(id, Arrays.copyOf(tokens, length), kept);
    }

    /** The same with other spans. */
    MaskedTokens trained(List<ResponseSpan> spans) {
        return new MaskedTokens(id, tokens, spans);
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
