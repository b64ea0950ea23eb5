package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * What products of one matrix of weights with some rows of activations take on a device.
 *
 * @param type of the weights, as in a GGUF, e.g. "Q4_K"
 * @param outputs rows of the matrix
 * @param columns its columns
 * @param bytes of the matrix in a GGUF
 * @param deviceBytes of the matrix as it lies on the device
 * @param rows numbers of rows that were multiplied
 * @param seconds medians, one a number of rows
 * @param ggmlSeconds the same of ggml's CPU kernels, each measured right after the device's on the same threads; empty
 *     where it wasn't
 */
public record KernelTimes(
        String type,
        int outputs,
        int columns,
        long bytes,
        long deviceBytes,
        int[] rows,
        double[] seconds,
        double[] ggmlSeconds) {
    private static final String OURS = "CPU-GTO4J";

    /** Checks the lengths. */
    public KernelTimes {
        Arguments.length("seconds", seconds.length, rows.length);
        Arguments.check(
                ggmlSeconds.length == 0 || ggmlSeconds.length == rows.length,
                "ggmlSeconds must have no entries or %d, found %d",
                rows.length,
                ggmlSeconds.length);
    }

    /** The types of weights that the kernels of "CPU-GTO4J" multiply. */
    public static List<String> types() {
        return EngineKernels.types();
    }

    /** Bytes of a row of weights in a GGUF. Kind ARGUMENT: the type isn't known, or its blocks don't fill the row. */
    public static long rowBytes(String type, int columns) {
        return EngineKernels.rowBytes(Objects.requireNonNull(type, "type"), columns);
    }

    /**
     * Measures a device; on "CPU-GTO4J" ggml's kernels, too. The matrix is random, and lies as a target's does.
     *
     * @param type one that {@link #rowBytes} knows
     * @param outputs 1..16777216
     * @param columns 1..1048576, whole blocks of the type
     * @param rows 1..64 numbers of 1..4096
     * @param repetitions 1..1000 rounds over all numbers of rows, of which the medians are taken
     */
    public static KernelTimes measure(
            Device device, String type, int outputs, int columns, int[] rows, int repetitions) {
        Objects.requireNonNull(type, "type");
        int[] sizes = rows.clone();
        double[] seconds = new double[sizes.length];
        return NativeHandle.using(
                () -> {
                    double[] ggml = new double[device.name().equals(OURS) ? sizes.length : 0];
                    long deviceBytes = EngineKernels.times(
                            device.engine(),
                            type,
                            outputs,
                            columns,
                            sizes,
                            repetitions,
                            seconds,
                            ggml.length == 0 ? null : ggml);
                    return new KernelTimes(
                            type,
                            outputs,
                            columns,
                            outputs * EngineKernels.rowBytes(type, columns),
                            deviceBytes,
                            sizes,
                            seconds,
                            ggml);
                },
                device);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
