package org.gto4j.checkpoint;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;

/**
 * The draft's vocabulary in a checkpoint.
 *
 * @param ids target ids, ascending
 * @param rows the checkpoint's row of the head of each of them
 */
record DraftIds(int[] ids, int[] rows) {
    /** Reads d2t (target id minus draft id) and t2d (whether the draft has a target id). */
    static DraftIds read(CheckpointTensors tensors, int size, int vocabulary) {
        StoredTensor d2t = tensors.find(PublishedTensor.DRAFT_TO_TARGET);
        if (d2t == null && size != vocabulary) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    tensors.weights() + ": tensor d2t is missing: the draft has " + size + " of " + vocabulary
                            + " tokens");
        }
        int[] found = d2t == null ? IntStream.range(0, size).toArray() : targetIds(d2t.expect(size), vocabulary);
        int[] rows = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingInt(row -> found[row]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] ids = IntStream.of(rows).map(row -> found[row]).toArray();
        for (int i = 1; i < size; i++) {
            if (d2t != null && ids[i] == ids[i - 1]) {
                throw Faults.of(
                        d2t.file(), d2t.field() + ", entry " + rows[i], "each target id once", ids[i] + " twice");
            }
        }
        StoredTensor t2d = tensors.find(PublishedTensor.TARGET_TO_DRAFT);
        if (t2d != null) {
            requireSame(t2d.expect(vocabulary), ids, vocabulary);
        }
        return new DraftIds(ids, rows);
    }

    private static int[] targetIds(StoredTensor d2t, int vocabulary) {
        long[] offsets = TensorReader.whole(d2t);
        int[] ids = new int[offsets.length];
        for (int i = 0; i < ids.length; i++) {
            if (offsets[i] < -i || offsets[i] >= vocabulary - i) {
                throw Faults.of(
                        d2t.file(),
                        d2t.field() + ", entry " + i,
                        "an offset to an id in 0.." + (vocabulary - 1),
                        offsets[i] + "");
            }
            ids[i] = (int) (i + offsets[i]);
        }
        return ids;
    }

    private static void requireSame(StoredTensor t2d, int[] ids, int vocabulary) {
        long[] has = TensorReader.whole(t2d);
        int next = 0;
        for (int id = 0; id < vocabulary; id++) {
            boolean isOne = next < ids.length && ids[next] == id;
            next += isOne ? 1 : 0;
            if ((has[id] != 0) != isOne) {
                throw Faults.of(
                        t2d.file(), t2d.field() + ", entry " + id, isOne + ", as d2t says", (has[id] != 0) + "");
            }
        }
    }

    boolean isInOrder() {
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != i) {
                return false;
            }
        }
        return true;
    }
}
