package org.gto4j.data;

import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A text that was tokenised elsewhere, by the target's own tokenizer. The arrays are shared, not copied: don't change
 * them.
 *
 * @param id unique within its file
 * @param category e.g. "code"
 * @param tokens L tokens, at least 2
 * @param lossMask L entries: true where the token itself is a response's (not where the token before it is); the first
 *     entry counts for nothing, as nothing stands before it
 */
public record TokenText(String id, String category, int[] tokens, boolean[] lossMask) implements SourceText {
    /** Checks the id and that the lengths agree. */
    public TokenText {
        WholeText.requireId(id);
        if (tokens.length < 2 || lossMask.length != tokens.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "text '" + id + "': expected at least 2 tokens and as many entries of the loss mask, found "
                            + tokens.length + " and " + lossMask.length);
        }
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
