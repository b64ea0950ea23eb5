package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;

/** Which texts of a corpus drafts are measured on. */
final class TextSample {
    private TextSample() {}

    /**
     * A sample of what the target wrote itself, greedy texts if there are any: cycles of greedy and of sampled texts
     * are those of different temperatures and don't belong into one figure.
     *
     * @param folder of the corpus, for the message
     */
    static List<CorpusSequence> sample(Path folder, List<CorpusSequence> sequences, int count) {
        List<CorpusSequence> own =
                sequences.stream().filter(CorpusSequence::isOneAnswer).toList();
        List<CorpusSequence> greedy =
                own.stream().filter(sequence -> sequence.argmax() == null).toList();
        if (own.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, folder + ": expected texts that the target wrote itself, found none");
        }
        return CorpusSplit.sample(greedy.isEmpty() ? own : greedy, count);
    }
}
