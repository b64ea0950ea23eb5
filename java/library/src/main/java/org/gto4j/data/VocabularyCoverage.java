package org.gto4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much of a corpus's responses a draft vocabulary holds. A token outside it can never be proposed. Coverage of the
 * texts that the vocabulary was counted on flatters it: beside it stands that of texts it has not seen, from a
 * vocabulary of the same size counted on every other text.
 *
 * @param size tokens of the vocabulary
 * @param all share of all response tokens that are among the most frequent {@code size} of them, 0..1
 * @param unseen share of the response tokens of the 2nd, 4th, ... text that are among the most frequent {@code size} of
 *     the 1st, 3rd, ...; 1 if there are none
 */
public record VocabularyCoverage(int size, double all, double unseen) {
    private static final int FIRST = 2048;

    /** Coverage for 2048, 4096, ... tokens, up to the first size that holds all tokens seen. */
    public static List<VocabularyCoverage> of(List<CorpusSequence> sequences) {
        int distinct = distinct(sequences);
        List<VocabularyCoverage> table = new ArrayList<>();
        for (int size = FIRST; table.isEmpty() || size / 2 < distinct; size *= 2) {
            table.add(of(sequences, size));
        }
        return table;
    }

    /** Coverage for one size, at least 1. */
    public static VocabularyCoverage of(List<CorpusSequence> sequences, int size) {
        List<CorpusSequence> seen = new ArrayList<>();
        List<CorpusSequence> unseen = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            (i % 2 == 0 ? seen : unseen).add(sequences.get(i));
        }
        int vocabulary = bound(sequences);
        double all = DraftVocabulary.of(sequences, size, vocabulary).coverage();
        return new VocabularyCoverage(
                size,
                all,
                share(unseen, DraftVocabulary.of(seen, size, vocabulary).tokens()));
    }

    /** Share of the response tokens that are among some tokens, 0..1; 1 if there are none. */
    public static double share(List<CorpusSequence> sequences, int[] tokens) {
        int[] held = tokens.clone();
        Arrays.sort(held);
        long all = 0;
        long covered = 0;
        for (CorpusSequence sequence : sequences) {
            for (ResponseSpan span : sequence.responses()) {
                for (int i = span.start(); i < span.end(); i++) {
                    all++;
                    covered += Arrays.binarySearch(held, sequence.tokens()[i]) >= 0 ? 1 : 0;
                }
            }
        }
        return all == 0 ? 1 : (double) covered / all;
    }

    /** Different tokens in the responses. */
    public static int distinct(List<CorpusSequence> sequences) {
        return DraftVocabulary.of(sequences, 1, bound(sequences)).distinct();
    }

    /** One more than the highest token. */
    private static int bound(List<CorpusSequence> sequences) {
        return 1
                + sequences.stream()
                        .flatMapToInt(sequence -> Arrays.stream(sequence.tokens()))
                        .max()
                        .orElse(0);
    }
}
