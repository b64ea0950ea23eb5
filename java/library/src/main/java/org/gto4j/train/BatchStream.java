package org.gto4j.train;

import java.util.List;

/** The endless stream of micro-batches of a run: epoch after epoch, each in its own order. */
final class BatchStream {
    private final int[] lengths;
    private final int rows;
    private final long seed;
    private int epoch;
    private int batch;
    private List<int[]> batches;

    /** @param at where to go on */
    BatchStream(int[] lengths, int rows, long seed, Checkpoint at) {
        this.lengths = lengths;
        this.rows = rows;
        this.seed = seed;
        this.epoch = at.epoch();
        this.batch = at.batch();
        this.batches = batchesOf(epoch);
    }

    private List<int[]> batchesOf(int number) {
        return Packer.pack(Randomness.order(lengths.length, seed, number), lengths, rows);
    }

    /** Micro-batches of the first epochs. */
    long count(int epochs) {
        long count = 0;
        for (int i = 0; i < epochs; i++) {
            count += batchesOf(i).size();
        }
        return count;
    }

    /** Epoch of the batch that next() gives, 0-based. */
    int epoch() {
        rollOver();
        return epoch;
    }

    /** Number of that batch in its epoch, 0-based. */
    int batch() {
        rollOver();
        return batch;
    }

    /** The next micro-batch: indices of sequences. */
    int[] next() {
        rollOver();
        return batches.get(batch++);
    }

    private void rollOver() {
        if (batch >= batches.size()) {
            batch = 0;
            batches = batchesOf(++epoch);
        }
    }
}
