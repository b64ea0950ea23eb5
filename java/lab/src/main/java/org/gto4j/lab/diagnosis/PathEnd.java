package org.gto4j.lab.diagnosis;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Why a cycle's accepted path ended where it did. */
public enum PathEnd {
    /** It is as long as the tree may be deep. */
    DEPTH("the tree isn't deeper"),
    /** The next token isn't in the draft's vocabulary. */
    VOCABULARY("not in the draft's vocabulary"),
    /** The draft was asked what follows, and the next token isn't among its k best. */
    TOP_K("not among the best k"),
    /** The draft wasn't asked what follows, or offered the next token, and others scored higher. */
    RANKING("lost in ranking"),
    /** The text ends there. */
    TEXT("the text ends");

    private final String title;

    PathEnd(String title) {
        this.title = title;
    }

    /** In a table. */
    public String title() {
        return title;
    }

    /** In a chart and in JSON: depth, vocabulary, top_k, ranking, text. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Of a path.
     *
     * @param text tokens
     * @param next index of the first token that wasn't accepted
     * @param accepted tokens that were
     * @param depth of the deepest tree
     * @param offers of the cycle
     * @param known whether the draft's vocabulary has the next token; not asked at the text's end
     */
    static PathEnd of(int[] text, int next, int accepted, int depth, OfferedChildren offers, IntPredicate known) {
        if (next >= text.length) {
            return TEXT;
        }
        if (accepted == depth) {
            return DEPTH;
        }
        if (!known.test(text[next])) {
            return VOCABULARY;
        }
        boolean asked = offers.expanded(text, next - accepted, accepted);
        return asked && offers.reached(text, next - accepted) == accepted ? TOP_K : RANKING;
    }
}
