package org.gto4j.train;

import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.Features;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.jspecify.annotations.Nullable;

/**
 * Where the features of a text come from: the corpus's file, or, for a corpus without features, the target, which reads
 * the text again.
 */
public final class FeatureSource implements AutoCloseable {
    private static final int BATCH = 512;

    private final Corpus corpus;
    private final @Nullable TargetSession session;

    private FeatureSource(Corpus corpus, @Nullable TargetSession session) {
        this.corpus = corpus;
        this.session = session;
    }

    /**
     * Opens what hands out the features of a corpus's texts.
     *
     * @param sequences those that will be asked for
     */
    public static FeatureSource open(TargetModel target, Corpus corpus, List<CorpusSequence> sequences) {
        if (corpus.hasFeatures()) {
            return new FeatureSource(corpus, null);
        }
        int longest = sequences.stream().mapToInt(CorpusSequence::length).max().orElse(0);
        // Keys and values in F32: the rows are then those of a text read alone, up to rounding, whatever was read
        // before.
        SessionOptions options = SessionOptions.builder()
                .context(Math.max(BATCH, longest))
                .batch(BATCH)
                .sequences(1)
                .taps(corpus.taps())
                .hidden(true)
                .f32Cache(true)
                .build();
        return new FeatureSource(corpus, target.newSession(options));
    }

    /** One row a token; former rows are dropped. */
    public void read(CorpusSequence sequence, Features into) {
        if (session == null) {
            corpus.read(sequence, into);
        } else {
            into.truncate(0);
            prefill(session, sequence, into);
        }
    }

    /**
     * The rows of the first sequences, up to about {@code maxRows} and at least one sequence's: a sample to fit the
     * scale of a draft's inputs on.
     */
    void readSample(List<CorpusSequence> sequences, int maxRows, Features into) {
        if (session == null) {
            corpus.readSample(maxRows, into);
            return;
        }
        into.truncate(0);
        for (CorpusSequence sequence : sequences) {
            if (into.rows() > 0 && into.rows() + sequence.length() > maxRows) {
                return;
            }
            prefill(session, sequence, into);
        }
    }

    /** Hidden states are needed from the token before the first response on. */
    private static void prefill(TargetSession session, CorpusSequence sequence, Features into) {
        session.clear();
        session.prefill(0, 0, sequence.tokens(), sequence.promptLength() - 1, into, null);
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
