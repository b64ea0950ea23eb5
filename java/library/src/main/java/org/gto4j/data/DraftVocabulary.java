package org.gto4j.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * The tokens a draft can propose. Immutable.
 *
 * @param tokens different target ids, ascending
 * @param coverage share of all response tokens that are among them, 0..1 (1 if there are none)
 * @param distinct different tokens seen in the responses
 */
public record DraftVocabulary(int[] tokens, double coverage, int distinct) {
    private static final int MOST_TOKENS = 1 << 24;

    /**
     * The most frequent tokens of the responses; ties go to the lower id. Where fewer are seen than asked for, the rest
     * is filled with the most frequent tokens of the prompts (what users write about comes back in answers), then with
     * the lowest ids (a BPE's earliest merges, thus its most common tokens).
     *
     * @param size tokens wanted, at least 1; at most {@code targetVocabulary} are given
     * @param targetVocabulary the target's vocabulary, 1..2^24
     */
    public static DraftVocabulary of(List<CorpusSequence> corpus, int size, int targetVocabulary) {
        if (size < 1) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "size of the draft vocabulary: expected at least 1, found " + size);
        }
        if (targetVocabulary < 1 || targetVocabulary > MOST_TOKENS) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "the target's vocabulary: expected 1.." + MOST_TOKENS + " tokens, found " + targetVocabulary);
        }
        long[] response = new long[targetVocabulary];
        long[] prompt = new long[targetVocabulary];
        for (CorpusSequence sequence : corpus) {
            int[] tokens = sequence.tokens();
            boolean[] trained = sequence.lossMask();
            for (int i = 0; i < tokens.length; i++) {
                if (tokens[i] < 0 || tokens[i] >= targetVocabulary) {
                    throw new GtoException(
                            GtoException.Kind.ARGUMENT,
                            "sequence '" + sequence.id() + "', token " + i + ": expected an id in 0.."
                                    + (targetVocabulary - 1) + ", found " + tokens[i]);
                }
                (trained[i] ? response : prompt)[tokens[i]]++;
            }
        }
        int[] chosen = IntStream.range(0, targetVocabulary)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(t -> -response[t])
                        .thenComparingLong(t -> -prompt[t])
                        .thenComparingInt(t -> t))
                .limit(size)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        long all = Arrays.stream(response).sum();
        long covered = Arrays.stream(chosen).mapToLong(t -> response[t]).sum();
        int distinct = (int) Arrays.stream(response).filter(count -> count > 0).count();
        return new DraftVocabulary(chosen, all == 0 ? 1 : (double) covered / all, distinct);
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
