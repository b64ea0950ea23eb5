package org.gto4j.lab.terminal;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and kill: the first signal asks the command to stop at its next safe place, and the process waits for that a
 * while before it ends. Thread-safe.
 */
public final class Interruption {
    /** A checkpoint of a large draft on a slow disk takes some seconds. */
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile boolean unguarded;

    /** Work that may fail as files do. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Makes the end of the process wait for {@link #finish}. */
    public void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "gto4j-interruption"));
    }

    private void stop() {
        requested = true;
        if (unguarded) {
            return;
        }
        try {
            finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what waits for somebody else, with nothing yet to be kept: a signal ends the process at once. */
    public <T> T unguarded(Work<T> work) throws IOException {
        unguarded = true;
        try {
            return work.run();
        } finally {
            unguarded = false;
        }
    }

    /** Asks the command to stop. */
    void request() {
        requested = true;
    }

    boolean requested() {
        return requested;
    }

    /** The command is done. */
    public void finish() {
        finished.countDown();
    }
}
