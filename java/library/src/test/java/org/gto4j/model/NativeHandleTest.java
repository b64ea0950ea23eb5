package org.gto4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NativeHandleTest {
    private final List<String> freed = new ArrayList<>();
    private final List<NativeHandle> made = new ArrayList<>();

    private final class Fake extends NativeHandle {
        private final String name;

        Fake(String name, Sharing sharing, NativeHandle... parents) {
            super(name, sharing, parents);
            this.name = name;
            made.add(this);
        }

        @Override
        protected void free() {
            freed.add(name);
        }
    }

    @AfterEach
    void close() {
        made.forEach(NativeHandle::close);
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
            Thread user = new Thread(() -> NativeHandle.using(
                    () -> {
                        inside.countDown();
                        await(finish);
                        freedDuringCall.add(!freed.isEmpty());
                    },
                    handle));
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
        Runnable meet = () -> NativeHandle.using(
                () -> {
                    both.countDown();
                    await(both);
                },
                shared);
        Thread other = new Thread(meet);
        other.start();
        meet.run();
        other.join();
        shared.close();
    }

    @Test
    void closeFromInsideACallIsRefused() {
        Fake handle = open("a");
        NativeHandle.using(
                () -> {
                    IllegalStateException e = assertThrows(IllegalStateException.class, handle::close);
                    assertTrue(e.getMessage().contains("from inside"));
                },
                handle);
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
        assertThrows(
                ArithmeticException.class,
                () -> NativeHandle.using(
                        () -> {
                            throw new ArithmeticException();
                        },
                        handle));
        handle.close();
        assertEquals(List.of("b", "a"), freed);
    }

    /** Two threads that name the same handles the other way round, as callers do who don't know of each other. */
    @Test
    void handlesAreLockedInOneOrder() throws InterruptedException {
        for (int handles = 2; handles <= 4; handles++) {
            NativeHandle[] ascending = new NativeHandle[handles];
            NativeHandle[] descending = new NativeHandle[handles];
            for (int i = 0; i < handles; i++) {
                ascending[i] = open("handle " + i);
                descending[handles - 1 - i] = ascending[i];
            }
            int[] calls = {0};
            Runnable count = () -> calls[0]++;
            Thread other = new Thread(() -> repeat(20_000, () -> NativeHandle.using(count, descending)));
            other.start();
            repeat(20_000, () -> NativeHandle.using(count, ascending));
            other.join();
            assertEquals(40_000, calls[0], "one at a time");
        }
    }

    @Test
    void aHandleThatIsNamedTwiceIsLockedOnce() {
        Fake first = open("a");
        Fake second = open("b");
        assertEquals(1, NativeHandle.<Integer>using(() -> 1, second, first, second, null, first));
        second.close();
        first.close();
        assertEquals(List.of("b", "a"), freed);
    }

    /** As listeners of two decoders do that call the other one. */
    @Test
    void callsThatWouldWaitForEachOtherAreRefused() throws InterruptedException {
        for (int threads = 2; threads <= 3; threads++) {
            List<Fake> handles = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                handles.add(open("handle " + i));
            }
            CountDownLatch all = new CountDownLatch(threads);
            List<String> refused = Collections.synchronizedList(new ArrayList<>());
            List<Thread> users = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Fake own = handles.get(i);
                Fake next = handles.get((i + 1) % threads);
                users.add(new Thread(() -> NativeHandle.using(
                        () -> {
                            all.countDown();
                            await(all);
                            try {
                                NativeHandle.using(() -> 1, next);
                            } catch (IllegalStateException e) {
                                refused.add(e.getMessage());
                            }
                        },
                        own)));
            }
            users.forEach(Thread::start);
            for (Thread user : users) {
                user.join();
            }
            assertEquals(1, refused.size(), refused::toString);
            assertTrue(refused.get(0).contains("neither would go on"), refused.get(0));
        }
    }

    /** Each inside a call of one handle, closing the other. */
    @Test
    void closesThatWouldWaitForEachOtherAreRefused() throws InterruptedException {
        Fake first = open("a");
        Fake second = new Fake("b", NativeHandle.Sharing.CONCURRENT);
        CountDownLatch both = new CountDownLatch(2);
        List<String> refused = Collections.synchronizedList(new ArrayList<>());
        Thread other = new Thread(() -> NativeHandle.using(() -> closeOther(both, first, refused), second));
        other.start();
        NativeHandle.using(() -> closeOther(both, second, refused), first);
        other.join();
        assertEquals(1, refused.size(), refused::toString);
        first.close();
        second.close();
        assertEquals(2, freed.size(), "the refused one can be closed later");
    }

    private static void closeOther(CountDownLatch both, NativeHandle handle, List<String> refused) {
        both.countDown();
        await(both);
        try {
            handle.close();
        } catch (IllegalStateException e) {
            refused.add(e.getMessage());
        }
    }

    @Test
    void waitingForAThreadThatGoesOnIsNoDeadlock() throws InterruptedException {
        Fake wanted = open("wanted");
        Fake held = open("held");
        CountDownLatch inside = new CountDownLatch(1);
        Thread user = new Thread(() -> NativeHandle.using(
                () -> {
                    inside.countDown();
                    pause();
                },
                wanted));
        user.start();
        inside.await();
        assertEquals(3, NativeHandle.<Integer>using(() -> NativeHandle.<Integer>using(() -> 3, wanted), held));
        user.join();
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHandleInSharedUseIsNotClosedFromInside() {
        Fake shared = new Fake("shared", NativeHandle.Sharing.CONCURRENT);
        NativeHandle.using(
                () -> {
                    assertThrows(IllegalStateException.class, shared::close);
                    assertEquals(1, NativeHandle.<Integer>using(() -> 1, shared), "a call from inside another one");
                },
                shared);
        shared.close();
        assertEquals(List.of("shared"), freed);
    }

    /** Readers that overlap for ever must not keep a close() waiting. */
    @Test
    void closeGetsItsTurnAmongReaders() throws InterruptedException {
        Fake shared = new Fake("shared", NativeHandle.Sharing.CONCURRENT);
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(new Thread(() -> {
                try {
                    while (true) {
                        NativeHandle.using(NativeHandleTest::pause, shared);
                    }
                } catch (IllegalStateException closed) {
                    // the end
                }
            }));
        }
        readers.forEach(Thread::start);
        pause();
        shared.close();
        for (Thread reader : readers) {
            reader.join();
        }
        assertEquals(List.of("shared"), freed);
    }

    @Test
    void parentsAreReleasedEvenIfFreeingFails() {
        Fake parent = open("parent");
        NativeHandle child = new NativeHandle("child", NativeHandle.Sharing.EXCLUSIVE, parent) {
            @Override
            protected void free() {
                throw new ArithmeticException();
            }
        };
        parent.close();
        assertThrows(ArithmeticException.class, child::close);
        assertEquals(List.of("parent"), freed);
    }

    private static void repeat(int times, Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
