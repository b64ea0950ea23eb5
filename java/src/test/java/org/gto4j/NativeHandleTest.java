package org.gto4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NativeHandleTest {
    private final List<String> freed = new ArrayList<>();

    private final class Fake extends NativeHandle {
        private final String name;

        Fake(String name, Sharing sharing, NativeHandle... parents) {
            super(name, sharing, parents);
            this.name = name;
        }

        @Override
        void free() {
            freed.add(name);
        }
    }

    private Fake open(String name, NativeHandle... parents) {
        return new Fake(name, NativeHandle.Sharing.EXCLUSIVE, parents);
    }

    @Test
    void closeIsIdempotentAndEndsUse() {
        Fake handle = open("a");
        assertEquals(3, NativeHandle.<Integer>using(() -> 3, handle, null));
        handle.close();
        handle.close();
        assertEquals(List.of("a"), freed);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> NativeHandle.using(() -> 3, handle));
        assertEquals("a is closed", e.getMessage());
    }

    @Test
    void parentsAreFreedLast() {
        Fake device = open("device");
        Fake model = open("model", device);
        Fake draft = open("draft", model);
        Fake session = open("session", draft, model);
        device.close();
        model.close();
        assertThrows(IllegalStateException.class, () -> NativeHandle.using(() -> 1, model));
        assertEquals(1, NativeHandle.<Integer>using(() -> 1, session), "a child of a closed parent works on");
        draft.close();
        assertEquals(List.of(), freed);
        session.close();
        assertEquals(List.of("session", "draft", "model", "device"), freed);
    }

    @Test
    void childrenFirstFreesAtOnce() {
        Fake model = open("model");
        Fake session = open("session", model);
        session.close();
        assertEquals(List.of("session"), freed);
        model.close();
        assertEquals(List.of("session", "model"), freed);
    }

    @Test
    void closeWaitsForACallInFlight() throws InterruptedException {
        for (NativeHandle.Sharing sharing : NativeHandle.Sharing.values()) {
            freed.clear();
            Fake handle = new Fake("a", sharing);
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch finish = new CountDownLatch(1);
            List<Boolean> freedDuringCall = new ArrayList<>();
            Thread user = new Thread(() -> NativeHandle.using(() -> {
                inside.countDown();
                await(finish);
                freedDuringCall.add(!freed.isEmpty());
            }, handle));
            user.start();
            inside.await();
            Thread closer = new Thread(handle::close);
            closer.start();
            while (closer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            finish.countDown();
            user.join();
            closer.join();
            assertEquals(List.of(false), freedDuringCall);
            assertEquals(List.of("a"), freed);
        }
    }

    @Test
    void concurrentCallsMeetOnlyInSharedHandles() throws InterruptedException {
        Fake shared = new Fake("shared", NativeHandle.Sharing.CONCURRENT);
        CountDownLatch both = new CountDownLatch(2);
        Runnable meet = () -> NativeHandle.using(() -> {
            both.countDown();
            await(both);
        }, shared);
        Thread other = new Thread(meet);
        other.start();
        meet.run();
        other.join();
        shared.close();
    }

    @Test
    void closeFromInsideACallIsRefused() {
        Fake handle = open("a");
        NativeHandle.using(() -> {
            IllegalStateException e = assertThrows(IllegalStateException.class, handle::close);
            assertTrue(e.getMessage().contains("from inside"));
        }, handle);
        assertTrue(freed.isEmpty());
        handle.close();
        assertFalse(freed.isEmpty());
    }

    @Test
    void aFailedCallLeavesTheHandleUsable() {
        Fake handle = open("a");
        Fake closed = open("b");
        closed.close();
        assertThrows(IllegalStateException.class, () -> NativeHandle.using(() -> 1, handle, closed));
        assertThrows(ArithmeticException.class, () -> NativeHandle.using(() -> {
            throw new ArithmeticException();
        }, handle));
        handle.close();
        assertEquals(List.of("b", "a"), freed);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
