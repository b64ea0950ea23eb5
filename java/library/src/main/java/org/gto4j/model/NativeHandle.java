package org.gto4j.model;

import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something native that is open. {@link #close()} is idempotent and waits for calls in flight; every other call after
 * it throws {@link IllegalStateException}. A handle keeps what it was opened from alive, so that handles may be closed
 * in any order: the native part of a parent is freed once the parent and all that was opened from it are closed. Memory
 * is never freed by the garbage collector; a handle that it finds open is reported through {@link System.Logger} as a
 * leak.
 *
 * <p>A call that uses several handles locks them in the order in which they were made, whatever order the caller names
 * them in, so that two such calls never wait for each other. Where users' code nests calls so that they would (a
 * listener of one decoder that calls another one, and the other way round), the later call throws
 * {@link IllegalStateException}.
 */
public abstract class NativeHandle implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong MADE = new AtomicLong();

    /** Which threads may be inside a handle's calls. */
    public enum Sharing {
        /** Any number at once. */
        CONCURRENT,
        /** One at a time; others wait. */
        EXCLUSIVE
    }

    private final Leak leak;
    private final NativeHandle[] parents;
    private final long number = MADE.incrementAndGet();
    private final HandleLock lock;
    private final boolean alone;
    /** This handle itself while it isn't closed, and everything open that was opened from it. */
    private final AtomicInteger references = new AtomicInteger(1);

    private boolean closed;

    /** To be called while the parents are in use, so that they can't be closed meanwhile. */
    protected NativeHandle(String name, Sharing sharing, NativeHandle... parents) {
        this.parents = parents;
        lock = new HandleLock(name);
        alone = sharing == Sharing.EXCLUSIVE;
        for (NativeHandle parent : parents) {
            parent.references.incrementAndGet();
        }
        leak = new Leak(name);
        CLEANER.register(this, leak);
    }

    /** Frees the native part. Called once, when nothing uses it any more. */
    protected abstract void free();

    /**
     * Runs the call while the handles are in use, so that none is closed before it returns. Null handles are passed
     * over.
     */
    protected static <R> R using(Supplier<R> call, @Nullable NativeHandle... handles) {
        NativeHandle[] inOrder = inOrder(handles);
        int entered = 0;
        try {
            for (NativeHandle handle : inOrder) {
                handle.enter();
                entered++;
            }
            return call.get();
        } finally {
            while (entered > 0) {
                NativeHandle handle = inOrder[--entered];
                handle.lock.unlock(handle.alone);
            }
        }
    }

    /** Each handle once, the oldest first. */
    private static NativeHandle[] inOrder(@Nullable NativeHandle[] handles) {
        return Arrays.stream(handles)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Comparator.comparingLong(handle -> handle.number))
                .toArray(NativeHandle[]::new);
    }

    /** {@link #using(Supplier, NativeHandle...)} without a result. */
    protected static void using(Runnable call, @Nullable NativeHandle... handles) {
        using(
                () -> {
                    call.run();
                    return null;
                },
                handles);
    }

    private void enter() {
        lock.lock(alone);
        if (closed) {
            lock.unlock(alone);
            throw new IllegalStateException(leak.name + " is closed");
        }
    }

    /**
     * Closes the handle after waiting for calls in flight. The native part is freed now, or when the last thing opened
     * from it is closed. A second call does nothing.
     *
     * @throws IllegalStateException if called from inside one of this handle's own calls, e.g. by a listener
     */
    @Override
    public void close() {
        if (lock.isHeld()) {
            throw new IllegalStateException(leak.name + " can't be closed from inside one of its own calls");
        }
        lock.lock(true);
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock(true);
        }
        leak.closed = true;
        release();
    }

    private void release() {
        if (references.decrementAndGet() == 0) {
            try {
                free();
            } finally {
                for (NativeHandle parent : parents) {
                    parent.release();
                }
            }
        }
    }

    @Override
    public String toString() {
        return leak.name;
    }

    /** Says that a handle was forgotten. Must not refer to the handle, which it would keep reachable. */
    private static final class Leak implements Runnable {
        private final String name;
        private volatile boolean closed;

        Leak(String name) {
            this.name = name;
        }

        @Override
        public void run() {
            if (!closed) {
                System.getLogger("org.gto4j")
                        .log(System.Logger.Level.WARNING, () -> name + " was never closed: its memory is lost");
            }
        }
    }
}
