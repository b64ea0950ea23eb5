package org.gto4j.lab.stock;

import java.time.Duration;
import java.util.Optional;

/**
 * Waits for threads that still spin: ggml's threads poll for more work for a while after each graph, and would take the
 * cores from the process that is measured next.
 */
public final class IdleProcess {
    private static final Duration WINDOW = Duration.ofMillis(50);
    /** The clock of CPU time ticks every 10 ms: a tick may hold work from before the window. */
    private static final Duration TICK = Duration.ofMillis(10);

    private IdleProcess() {}

    /**
     * Returns once a process has used next to no CPU time for 50 ms.
     *
     * @return false if it still does after {@code patience}, or if the system doesn't tell
     */
    public static boolean await(ProcessHandle process, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Optional<Duration> before = process.info().totalCpuDuration();
        while (before.isPresent() && System.nanoTime() < end) {
            try {
                Thread.sleep(WINDOW.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            Optional<Duration> after = process.info().totalCpuDuration();
            if (after.isPresent() && after.get().minus(before.get()).compareTo(TICK) <= 0) {
                return true;
            }
            before = after;
        }
        return false;
    }
}
