package org.gto4j.train;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What a run's time is measured with. */
final class RunClock {
    private final LongSupplier nanos;

    private RunClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * The processor time of this process for budgets that count it (in steps of 10 ms, on Linux), else the wall clock.
     */
    static RunClock of(Budget.Unit unit) {
        return new RunClock(unit == Budget.Unit.CPU_MINUTES ? RunClock::processorNanos : System::nanoTime);
    }

    private static long processorNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElseGet(System::nanoTime);
    }

    /** From some moment on. */
    long nanos() {
        return nanos.getAsLong();
    }
}
