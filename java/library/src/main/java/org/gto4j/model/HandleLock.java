package org.gto4j.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The lock of one handle, first come first served: many threads share it, or one has it alone. Where a thread would
 * wait for ever, because those it waits for wait for what it holds itself, it gets an exception instead.
 */
final class HandleLock {
    /** What threads wait for; its own monitor guards it. */
    private static final Map<Thread, HandleLock> WAITING = new HashMap<>();

    private final String name;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);
    /** How often each thread has entered. */
    private final Map<Thread, Integer> holders = new ConcurrentHashMap<>();

    /** @param name of the handle, for messages */
    HandleLock(String name) {
        this.name = name;
    }

    /**
     * Waits for the lock. A thread may lock again what it holds, but not alone what it shares.
     *
     * @throws IllegalStateException if the lock would never come
     */
    void lock(boolean alone) {
        Lock lock = of(alone);
        if (isHeld()) {
            if (alone && !gate.isWriteLockedByCurrentThread()) {
                throw new IllegalStateException(name + " can't be changed from inside one of its own calls");
            }
            lock.lock();
        } else if (gate.hasQueuedThreads() || !lock.tryLock()) {
            await(lock);
        }
        holders.merge(Thread.currentThread(), 1, Integer::sum);
    }

    void unlock(boolean alone) {
        holders.computeIfPresent(Thread.currentThread(), (thread, entered) -> entered == 1 ? null : entered - 1);
        of(alone).unlock();
    }

    /** Whether this thread holds it. */
    boolean isHeld() {
        return holders.containsKey(Thread.currentThread());
    }

    private Lock of(boolean alone) {
        return alone ? gate.writeLock() : gate.readLock();
    }

    private void await(Lock lock) {
        Thread self = Thread.currentThread();
        synchronized (WAITING) {
            if (waitsFor(self, new HashSet<>())) {
                throw new IllegalStateException(
                        name + " is in use by a thread that waits for what this one uses: neither would go on "
                                + "(is it called from inside a listener?)");
            }
            WAITING.put(self, this);
        }
        try {
            lock.lock();
        } finally {
            synchronized (WAITING) {
                WAITING.remove(self);
            }
        }
    }

    /** Whether one of the holders waits, over others maybe, for a thread. */
    private boolean waitsFor(Thread thread, Set<HandleLock> seen) {
        for (Thread holder : holders.keySet()) {
            HandleLock next = WAITING.get(holder);
            if (holder == thread || next != null && seen.add(next) && next.waitsFor(thread, seen)) {
                return true;
            }
        }
        return false;
    }
}
