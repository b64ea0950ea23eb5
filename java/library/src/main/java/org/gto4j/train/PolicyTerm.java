package org.gto4j.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What Phase II adds to the training loop: weights of log M along accepted paths, or over trees. */
public interface PolicyTerm extends AutoCloseable {
    /**
     * Weights for the sequences of a micro-batch.
     *
     * @param epoch 0-based, and the seed: choose the positions that are looked at
     * @param passes TTT passes of the micro-batch
     * @param share of the optimizer step that is this micro-batch, in (0, 1]: all weights are scaled by it
     * @return one a sequence
     */
    List<PolicyWeights> weights(List<LoadedSequence> sequences, int epoch, int passes, float share);

    /** Told after each optimizer step, before it is saved. */
    void stepped(long steps);

    /** Figures since the last call, by name; the caller may add to them. */
    Map<String, Double> takeMetrics();

    /** Writes what a resumed run needs to be the same. */
    void save(Path file);

    /** Reads what {@link #save} wrote. */
    void load(Path file);

    @Override
    void close();
}
