package org.gto4j.train;

import java.util.ArrayList;
import java.util.List;

import org.gto4j.Features;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;

/** Reads the features of a micro-batch's sequences; keeps the matrices for the next one. */
final class SequenceLoader implements AutoCloseable {
    private final Corpus corpus;
    private final List<CorpusSequence> sequences;
    private final List<Features> pool = new ArrayList<>();

    /** @param sequences of the corpus, that indices speak of */
    SequenceLoader(Corpus corpus, List<CorpusSequence> sequences) {
        this.corpus = corpus;
        this.sequences = sequences;
    }

    /** Valid until the next call. */
    List<LoadedSequence> load(int[] indices) {
        List<LoadedSequence> loaded = new ArrayList<>(indices.length);
        for (int i = 0; i < indices.length; i++) {
            if (i == pool.size()) {
                pool.add(corpus.newFeatures());
            }
            CorpusSequence sequence = sequences.get(indices[i]);
            corpus.read(sequence, pool.get(i));
            loaded.add(new LoadedSequence(indices[i], sequence, pool.get(i)));
        }
        return loaded;
    }

    @Override
    public void close() {
        pool.forEach(Features::close);
    }
}
