package org.gto4j.model;

import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.engine.global.gto4j;
import org.jspecify.annotations.Nullable;

/** Native side of {@link KernelTimes}. */
final class EngineKernels {
    private EngineKernels() {}

    static List<String> types() {
        Engine.ready();
        return IntStream.range(0, gto4j.gto_kernel_types())
                .mapToObj(i -> Engine.string(gto4j.gto_kernel_type(i)))
                .toList();
    }

    static long rowBytes(String type, int columns) {
        Engine.ready();
        long[] bytes = new long[1];
        Engine.check(gto4j.gto_kernel_row_bytes(type, columns, bytes));
        return bytes[0];
    }

    /** Returns the bytes of the matrix on the device. */
    static long times(
            EngineDevice device,
            String type,
            int outputs,
            int columns,
            int[] rows,
            int repetitions,
            double[] seconds,
            double @Nullable [] ggmlSeconds) {
        long[] bytes = new long[1];
        Engine.check(gto4j.gto_kernel_times(
                device.handle, type, outputs, columns, rows.length, rows, repetitions, seconds, ggmlSeconds, bytes));
        return bytes[0];
    }
}
