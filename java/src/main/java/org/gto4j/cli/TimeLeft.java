package org.gto4j.cli;

import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * How long a task will still take: the pace is that of the time since the first update. What is there by then, the work of earlier parts of a resumed task
 * above all, says nothing of it. Thread-safe.
 */
final class TimeLeft {
    private final LongSupplier nanos;
    private double firstFraction = Double.NaN;
    private long firstNanos;
    private double lastFraction;
    private long lastNanos;

    /** @param nanos a clock that never goes back, e.g. {@link System#nanoTime} */
    TimeLeft(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Tells what share of the task is done, 0..1. */
    synchronized void update(double fraction) {
        lastFraction = fraction;
        lastNanos = nanos.getAsLong();
        if (Double.isNaN(firstFraction)) {
            firstFraction = lastFraction;
            firstNanos = lastNanos;
        }
    }

    /** Seconds from the last update to the end; empty while nothing was done since the first one, and at the end. */
    synchronized OptionalDouble seconds() {
        double made = lastFraction - firstFraction;
        return made > 0 && lastFraction < 1 ? OptionalDouble.of((lastNanos - firstNanos) * 1e-9 * (1 - lastFraction) / made) : OptionalDouble.empty();
    }
}
