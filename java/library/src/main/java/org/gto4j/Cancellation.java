package org.gto4j;

/**
 * A switch that ends a generation from another thread: after the cycle that runs, with what was generated so far.
 * Thread-safe.
 */
public final class Cancellation {
    private volatile boolean cancelled;

    /** A switch that is not thrown. */
    public Cancellation() {}

    /** Ends all generations that were given this switch. */
    public void cancel() {
        cancelled = true;
    }

    /** Whether {@link #cancel} was called. */
    public boolean isCancelled() {
        return cancelled;
    }
}
