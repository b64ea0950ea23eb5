package org.gto4j;

import java.time.Duration;
import org.gto4j.model.Device;

/**
 * How much of the time that a device's threads could have had they did have, from some moment on: on a busy machine
 * others have the rest. Threads that wait for one another spin, so that on a quiet one it is nearly all.
 */
final class ProcessorShare {
    /** Beside one busy process on two processors two threads have two thirds. */
    private static final double QUIET = 0.75;
    /** The system counts in steps of 10 ms. */
    private static final double LEAST_SECONDS = 0.5;

    private final int threads;
    private final long wall = System.nanoTime();
    private final long processor = processorNanos();

    /** @param threads that compute, no more than processors; 0 = it can't be told */
    ProcessorShare(int threads) {
        this.threads = threads;
    }

    /** From now on. */
    static ProcessorShare of(Device device) {
        return new ProcessorShare(
                device.isCpu() ? Math.min(device.threads(), Runtime.getRuntime().availableProcessors()) : 0);
    }

    double seconds() {
        return (System.nanoTime() - wall) * 1e-9;
    }

    /** 1 where it can't be told: on other devices than the CPU, and in the first half second. */
    double get() {
        double seconds = seconds();
        return threads == 0 || processor < 0 || seconds < LEAST_SECONDS
                ? 1
                : (processorNanos() - processor) * 1e-9 / (seconds * threads);
    }

    boolean isQuiet() {
        return get() >= QUIET;
    }

    private static long processorNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(-1L);
    }
}
