package org.gto4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * What a corpus is made of.
 *
 * @param own texts that the target wrote itself; the others it only read
 * @param tokens tokens of all texts
 * @param responses response spans of all texts
 * @param responseTokens tokens in them: what is trained
 * @param distinct different tokens among these
 * @param lengths {@link #QUANTILES} of the texts' tokens
 * @param responseLengths {@link #QUANTILES} of the texts' response tokens
 */
public record CorpusStatistics(
        int own, long tokens, int responses, long responseTokens, int distinct, int[] lengths, int[] responseLengths) {
    /** Shares at which quantiles are taken. */
    public static final List<Double> QUANTILES = List.of(0.0, 0.25, 0.5, 0.75, 0.95, 1.0);

    /** Counts. */
    public static CorpusStatistics of(List<CorpusSequence> sequences) {
        return new CorpusStatistics(
                (int) sequences.stream().filter(CorpusSequence::own).count(),
                sequences.stream().mapToLong(CorpusSequence::length).sum(),
                sequences.stream()
                        .mapToInt(sequence -> sequence.responses().size())
                        .sum(),
                sequences.stream().mapToLong(CorpusSequence::responseLength).sum(),
                VocabularyCoverage.distinct(sequences),
                quantiles(sequences.stream().mapToInt(CorpusSequence::length)),
                quantiles(sequences.stream().mapToInt(CorpusSequence::responseLength)));
    }

    /** Nearest ranks: each quantile is one of the values; zeros if there are none. */
    private static int[] quantiles(IntStream values) {
        int[] sorted = values.sorted().toArray();
        int[] quantiles = new int[QUANTILES.size()];
        if (sorted.length > 0) {
            Arrays.setAll(quantiles, i -> sorted[(int) Math.max(0, Math.ceil(QUANTILES.get(i) * sorted.length) - 1)]);
        }
        return quantiles;
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
