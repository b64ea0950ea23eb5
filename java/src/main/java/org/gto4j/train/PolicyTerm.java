package org.gto4j.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What Phase II adds to the training loop: weights of log M(text) per row and pass. */
interface PolicyTerm extends AutoCloseable {
    /**
     * Weights for the sequences of a micro-batch.
     *
     * @param epoch  0-based, and the seed: choose the positions that are looked at
     * @param passes TTT passes of the micro-batch
     * @return for each sequence [its length][passes]: the trainer adds -weight * log M(x[t+2+j]) to the loss
     */
    List<float[][]> weights(List<LoadedSequence> sequences, int epoch, int passes);

    /** Figures since the last call. */
    Map<String, Double> takeMetrics();

    /** Writes what a resumed run needs to be the same. */
    void save(Path file);

    /** Reads what {@link #save} wrote. */
    void load(Path file);

    @Override
    void close();
}
