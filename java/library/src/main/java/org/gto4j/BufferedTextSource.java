package org.gto4j;

import java.util.concurrent.CancellationException;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * Text on its way from a {@link BatchDecoder}'s scheduler, which never waits here, to whoever reads it. What isn't read
 * yet is kept, so it holds the request's text at most.
 */
final class BufferedTextSource implements TextSource {
    private final Runnable cancel;
    private final StringBuilder unread = new StringBuilder();
    private @Nullable Generation result;
    private @Nullable GtoException failure;

    /** @param cancel ends the generation if it hasn't ended */
    BufferedTextSource(Runnable cancel) {
        this.cancel = cancel;
    }

    synchronized void put(String piece) {
        unread.append(piece);
        notifyAll();
    }

    synchronized void end(Generation generation) {
        result = generation;
        notifyAll();
    }

    synchronized void fail(GtoException why) {
        failure = result == null ? why : null;
        notifyAll();
    }

    /** All that is unread, once that is something. */
    @Override
    public synchronized @Nullable String next() {
        while (unread.isEmpty() && result == null && failure == null) {
            pause();
        }
        if (unread.isEmpty()) {
            throwFailure();
            return null;
        }
        String piece = unread.toString();
        unread.setLength(0);
        return piece;
    }

    /** Waits for the end; unread text is left where it is. */
    synchronized Generation await() {
        while (result == null) {
            throwFailure();
            pause();
        }
        return result;
    }

    private void throwFailure() {
        if (failure != null) {
            throw new GtoException(failure.kind(), String.valueOf(failure.getMessage()), failure);
        }
    }

    /** To be called in a loop: it may end for no reason. */
    @SuppressWarnings("WaitNotInLoop")
    private void pause() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for text");
        }
    }

    @Override
    public synchronized @Nullable Generation result() {
        return unread.isEmpty() ? result : null;
    }

    @Override
    public void cancel() {
        cancel.run();
    }

    @Override
    public void close() {
        cancel.run();
    }
}
