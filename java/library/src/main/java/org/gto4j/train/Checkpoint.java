package org.gto4j.train;

/**
 * Where a run stands. The next micro-batch is number {@code batch} of {@code epoch}; the order of an epoch follows from
 * the seed and its number, so that this is the whole state of the random generator.
 *
 * @param step optimizer steps made
 * @param epoch 0-based
 * @param batch 0-based, at most the epoch's number of micro-batches
 * @param tokens response tokens trained on
 * @param seconds time used
 */
public record Checkpoint(long step, int epoch, int batch, long tokens, double seconds) {
    /** Where a run starts. */
    static final Checkpoint START = new Checkpoint(0, 0, 0, 0, 0);
}
