package org.gto4j.train;

import org.gto4j.model.DraftModel;

/** A draft's weights part by part, tensor after tensor: all of them at once would take as much of the heap. */
public final class DraftWeights {
    private static final int PART = 1 << 16;

    private DraftWeights() {}

    /** Reads or fills the next values of a tensor. */
    @FunctionalInterface
    public interface Part<E extends Exception> {
        /** Takes the next values, or fills them in. */
        void accept(float[] values) throws E;
    }

    /** Hands out the values of all tensors. */
    static <E extends Exception> void read(DraftModel draft, Part<E> reader) throws E {
        for (String name : draft.tensorNames()) {
            read(draft, name, reader);
        }
    }

    /** Hands out the values of one tensor. */
    public static <E extends Exception> void read(DraftModel draft, String name, Part<E> reader) throws E {
        long size = draft.tensorSize(name);
        for (long first = 0; first < size; first += PART) {
            float[] values = new float[(int) Math.min(PART, size - first)];
            draft.readTensor(name, first, values);
            reader.accept(values);
        }
    }

    /** Replaces the values of one tensor by what {@code source} fills in. */
    public static <E extends Exception> void write(DraftModel draft, String name, Part<E> source) throws E {
        long size = draft.tensorSize(name);
        for (long first = 0; first < size; first += PART) {
            float[] values = new float[(int) Math.min(PART, size - first)];
            source.accept(values);
            draft.writeTensor(name, first, values);
        }
    }

    /** Makes one draft's weights those of another of the same shape. */
    public static void copy(DraftModel from, DraftModel to) {
        for (String name : from.tensorNames()) {
            long[] first = {0};
            read(from, name, values -> {
                to.writeTensor(name, first[0], values);
                first[0] += values.length;
            });
        }
    }
}
