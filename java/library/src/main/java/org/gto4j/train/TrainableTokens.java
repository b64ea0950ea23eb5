package org.gto4j.train;

import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.data.ResponseSpan;
import org.gto4j.error.GtoException;

/** Whether a corpus holds something to train: to be asked before anything of a run is written. */
public final class TrainableTokens {
    /**
     * The first token that a draft can propose: it needs the target's features of the token before, and those the one
     * before that.
     */
    private static final int FIRST = 2;

    private TrainableTokens() {}

    /**
     * Refuses a corpus of which nothing would be trained.
     *
     * @param corpus of the run
     * @param share of its prompts that validation holds back, in [0, 0.5]
     * @throws GtoException ARGUMENT: says what the corpus has and what is held back
     */
    public static void require(Corpus corpus, double share) {
        require(corpus, corpus.sequences(), share);
    }

    static void require(Corpus corpus, List<CorpusSequence> sequences, double share) {
        if (sequences.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, corpus.folder() + ": expected at least one sequence, found 0");
        }
        List<CorpusSequence> training = CorpusSplit.of(sequences, share).training();
        if (training.stream().allMatch(sequence -> tokens(sequence) == 0)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    corpus.folder()
                            + ": expected at least one token to train, a response's third or later token of a text,"
                            + " found none in " + training.size() + (training.size() == 1 ? " text" : " texts")
                            + (training.size() < sequences.size()
                                    ? "; " + (sequences.size() - training.size()) + " are held back for validation"
                                    : ""));
        }
    }

    /** Tokens of a text that are trained. */
    static long tokens(CorpusSequence sequence) {
        return sequence.responses().stream().mapToLong(TrainableTokens::tokens).sum();
    }

    private static long tokens(ResponseSpan span) {
        return Math.max(0, span.end() - Math.max(FIRST, span.start()));
    }
}
