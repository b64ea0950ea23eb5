package org.gto4j.lab.cli;

import java.util.List;
import java.util.Locale;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.VocabularyCoverage;

/** One line on how much of a corpus a draft can propose. */
final class CoverageLine {
    private CoverageLine() {}

    /** @param counted whether the vocabulary was counted on this corpus, so that unseen texts are told of, too */
    static String of(List<CorpusSequence> sequences, int[] vocabulary, boolean counted) {
        String line = String.format(
                Locale.ROOT,
                "draft vocabulary: %d tokens, %.1f%% of the corpus's response tokens",
                vocabulary.length,
                100 * VocabularyCoverage.share(sequences, vocabulary));
        return counted
                ? line
                        + String.format(
                                Locale.ROOT,
                                "; counted on half of its texts, %.1f%% of the other half's",
                                100
                                        * VocabularyCoverage.of(sequences, vocabulary.length)
                                                .unseen())
                : line;
    }
}
