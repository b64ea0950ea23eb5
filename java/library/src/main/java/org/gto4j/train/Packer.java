package org.gto4j.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Packs whole sequences into micro-batches. Rows of a micro-batch are its tokens: nothing is padded, so that a batch
 * costs what it holds.
 */
final class Packer {
    private Packer() {}

    /**
     * Best fit: each sequence in turn joins the micro-batch that it fills most, of several the oldest, and starts a new
     * one if it fits into none; so no two micro-batches could be one. A sequence longer than {@code rows} has a
     * micro-batch of its own. No sequence is cut or dropped.
     *
     * @param order indices into lengths
     * @param lengths tokens of each sequence
     * @param rows most tokens of a micro-batch
     * @return indices of each micro-batch, in the order in which the micro-batches were started
     */
    static List<int[]> pack(int[] order, int[] lengths, int rows) {
        List<List<Integer>> batches = new ArrayList<>();
        TreeMap<Integer, Deque<List<Integer>>> byRoom = new TreeMap<>();
        for (int index : order) {
            Map.Entry<Integer, Deque<List<Integer>>> best = byRoom.ceilingEntry(lengths[index]);
            List<Integer> batch;
            int room = rows;
            if (best == null) {
                batch = new ArrayList<>();
                batches.add(batch);
            } else {
                batch = best.getValue().removeFirst();
                room = best.getKey();
                if (best.getValue().isEmpty()) {
                    byRoom.remove(room);
                }
            }
            batch.add(index);
            if (room > lengths[index]) {
                byRoom.computeIfAbsent(room - lengths[index], key -> new ArrayDeque<>())
                        .addLast(batch);
            }
        }
        return batches.stream()
                .map(batch -> batch.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }
}
