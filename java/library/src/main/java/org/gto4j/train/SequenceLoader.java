package org.gto4j.train;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;

/** Gets the features of a micro-batch's sequences; keeps the matrices for the next one. */
public final class SequenceLoader implements AutoCloseable {
    private final Corpus corpus;
    private final List<CorpusSequence> sequences;
    private final FeatureSource source;
    private final List<Features> pool = new ArrayList<>();

    /** @param sequences those that indices speak of */
    public SequenceLoader(TargetModel target, Corpus corpus, List<CorpusSequence> sequences) {
        this.corpus = corpus;
        this.sequences = sequences;
        this.source = FeatureSource.open(target, corpus, sequences);
    }

    /** Valid until the next call. */
    public List<LoadedSequence> load(int[] indices) {
        List<LoadedSequence> loaded = new ArrayList<>(indices.length);
        for (int i = 0; i < indices.length; i++) {
            if (i == pool.size()) {
                pool.add(corpus.newFeatures());
            }
            CorpusSequence sequence = sequences.get(indices[i]);
            source.read(sequence, pool.get(i));
            loaded.add(new LoadedSequence(indices[i], sequence, pool.get(i)));
        }
        return loaded;
    }

    @Override
    public void close() {
        source.close();
        pool.forEach(Features::close);
    }
}
