package org.gto4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packs whole sequences into micro-batches. */
final class Packer {
    private Packer() {
    }

    /**
     * Takes the sequences in order and starts a new micro-batch where the next one would not fit; a sequence longer than {@code rows} has a
     * micro-batch of its own. No sequence is cut, dropped or moved past another.
     *
     * @param order   indices into lengths
     * @param lengths tokens of each sequence
     * @param rows    most tokens of a micro-batch
     * @return indices of each micro-batch
     */
    static List<int[]> pack(int[] order, int[] lengths, int rows) {
        List<int[]> batches = new ArrayList<>();
        int first = 0;
        int taken = 0;
        for (int i = 0; i < order.length; i++) {
            if (i > first && taken + lengths[order[i]] > rows) {
                batches.add(Arrays.copyOfRange(order, first, i));
                first = i;
                taken = 0;
            }
            taken += lengths[order[i]];
        }
        if (first < order.length) {
            batches.add(Arrays.copyOfRange(order, first, order.length));
        }
        return batches;
    }
}
