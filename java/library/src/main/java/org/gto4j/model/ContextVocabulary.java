package org.gto4j.model;

import org.gto4j.common.Arguments;

/**
 * Tokens of the text so far that a draft may propose though its own vocabulary lacks them (in-context vocabulary, arXiv
 * 2605.26444). The target's head rows stand for them. Their logits are "the row's logit - offset", and where a token
 * followed the node's token in the text before, "+ bigramBonus": a text goes on as it did before more often than a
 * draft believes.
 *
 * @param offset any finite number. 0 where the draft is trained with these tokens; else above 0, as its own rows have
 *     been trained and these haven't
 * @param bigramBonus any finite number, e.g. 5 with an offset of 3; 0 = bigrams don't count
 */
public record ContextVocabulary(float offset, float bigramBonus) {
    /** Checks that both are finite. */
    public ContextVocabulary {
        check("offset", offset);
        check("bigram bonus", bigramBonus);
    }

    /** One without a bigram bonus. */
    public ContextVocabulary(float offset) {
        this(offset, 0);
    }

    private static void check(String name, float value) {
        Arguments.check(Float.isFinite(value), "%s of the context vocabulary must be finite, found %s", name, value);
    }
}
