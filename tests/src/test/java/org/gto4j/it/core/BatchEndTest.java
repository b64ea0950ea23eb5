package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Generation.FinishReason;
import org.gto4j.error.GtoException;
import org.gto4j.model.Gto4j;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every request of a batch ends: those refused at once by an exception, all others with a result or a failure, however
 * the decoder ends.
 */
@Timeout(180)
class BatchEndTest {
    private static final int[] PROMPT = {12, 0, 1, 2};

    private long before;
    private TinyBatch tiny;

    @BeforeEach
    void open() {
        before = Gto4j.liveHandles();
        tiny = TinyBatch.open();
    }

    @AfterEach
    void nothingIsLeft() {
        tiny.close();
        assertEquals(before, Gto4j.liveHandles());
    }

    private static BatchRequest submit(BatchDecoder decoder, int tokens) {
        return decoder.submit(PROMPT, TinyBatch.options(tokens).build());
    }

    @Test
    void theQueueIsBounded() {
        try (BatchDecoder decoder = tiny.builder().slots(1).maxWaiting(2).build()) {
            BatchRequest running = submit(decoder, TinyBatch.CONTEXT);
            assertTrue(running.text().hasNext());
            BatchRequest first = submit(decoder, 5);
            BatchRequest second = submit(decoder, 5);
            for (int i = 0; i < 3; i++) {
                RejectedExecutionException e = assertThrows(RejectedExecutionException.class, () -> submit(decoder, 5));
                assertEquals("1 requests run and 2 wait: expected at most maxWaiting = 2 to wait", e.getMessage());
            }
            first.cancel();
            assertEquals(FinishReason.CANCELLED, first.await().reason());
            BatchRequest third = submit(decoder, 5);
            assertThrows(RejectedExecutionException.class, () -> submit(decoder, 5));
            running.cancel();
            assertEquals(5, second.await().tokens().length);
            assertEquals(5, third.await().tokens().length);
            assertEquals(5, submit(decoder, 5).await().tokens().length, "refusing costs no slot");
        }
    }

    /** A slot is free as soon as its request's user hears of the end. */
    @Test
    void withoutAQueueFreeSlotsAreTaken() {
        try (BatchDecoder decoder = tiny.builder().slots(2).maxWaiting(0).build()) {
            for (int i = 0; i < 200; i++) {
                BatchRequest a = submit(decoder, 3);
                BatchRequest b = submit(decoder, 3);
                (i % 2 == 0 ? a : b).await();
                assertEquals(3, submit(decoder, 3).await().tokens().length);
                a.await();
                b.await();
            }
            BatchRequest a = submit(decoder, TinyBatch.CONTEXT);
            BatchRequest b = submit(decoder, TinyBatch.CONTEXT);
            assertThrows(RejectedExecutionException.class, () -> submit(decoder, 3));
            a.cancel();
            b.cancel();
        }
        GtoException e = assertThrows(GtoException.class, () -> tiny.builder().maxWaiting(-1));
        assertTrue(e.getMessage().contains("maxWaiting must be at least 0, found -1"), e.getMessage());
    }

    /** Does something at one of the calls of a planner, of the given text's tree. */
    private static final class Failing extends ForwardingTreePolicy {
        private final String where;
        private final int at;
        private final Runnable action;
        private final AtomicInteger calls = new AtomicInteger();

        Failing(String where, int at, Runnable action) {
            super(new DynamicTree(3, 2, 6));
            this.where = where;
            this.at = at;
            this.action = action;
        }

        private void call(String name) {
            if (name.equals(where) && calls.incrementAndGet() == at) {
                action.run();
            }
        }

        @Override
        public TreePlanner planner() {
            TreePlanner planner = super.planner();
            return new TreePlanner() {
                @Override
                public void begins() {
                    call("begins");
                    planner.begins();
                }

                @Override
                public boolean drafts(TokenHistory history, int gained) {
                    call("drafts");
                    return planner.drafts(history, gained);
                }

                @Override
                public void shares(int texts) {
                    call("shares");
                    planner.shares(texts);
                }

                @Override
                public DraftTree plan(Drafter drafter, int depth, int nodes) {
                    call("plan");
                    return planner.plan(drafter, depth, nodes);
                }

                @Override
                public void verified(DraftTree tree, int[] accepted, int next) {
                    call("verified");
                    planner.verified(tree, accepted, next);
                }
            };
        }
    }

    private static void fail(Throwable why) {
        if (why instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) why;
    }

    @Test
    void aFailureAnywhereIsOneRequestsOwn() throws Exception {
        List<Throwable> failures = List.of(
                new ArithmeticException("planted"),
                new OutOfMemoryError("planted"),
                new StackOverflowError("planted"),
                new GtoException(GtoException.Kind.NUMERIC, "planted"));
        for (String where : List.of("begins", "drafts", "shares", "plan", "verified")) {
            for (Throwable failure : failures) {
                try (BatchDecoder decoder = tiny.builder()
                        .slots(2)
                        .policy(new Failing(where, 2, () -> fail(failure)))
                        .build()) {
                    List<BatchRequest> requests = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        requests.add(submit(decoder, 12));
                    }
                    int failed = 0;
                    for (BatchRequest request : requests) {
                        try {
                            assertEquals(
                                    12,
                                    request.result().get(1, TimeUnit.MINUTES).tokens().length);
                            assertEquals(12, request.await().tokens().length);
                        } catch (ExecutionException e) {
                            failed++;
                            GtoException told = (GtoException) e.getCause();
                            assertTrue(told.getMessage().contains("planted"), told.getMessage());
                            assertEquals(failure instanceof OutOfMemoryError, told.kind() == GtoException.Kind.MEMORY);
                            assertThrows(GtoException.class, request::await);
                            assertThrows(
                                    GtoException.class, () -> request.text().forEachRemaining(text -> {}));
                        }
                    }
                    assertEquals(1, failed, where + ", " + failure);
                    assertEquals(12, submit(decoder, 12).await().tokens().length, "its slot is good for another");
                    assertEquals(0, decoder.status().running());
                }
            }
        }
    }

    @Test
    void interruptsAndWrongTreesEndNoScheduler() {
        DraftTree large = new DraftTree(new int[40], IntStream.range(-1, 39).toArray(), new float[40], new float[40]);
        TreePolicy wrong = new ForwardingTreePolicy(new DynamicTree(3, 2, 6)) {
            @Override
            public TreePlanner planner() {
                TreePlanner planner = super.planner();
                int[] trees = {0};
                return (drafter, depth, nodes) -> {
                    Thread.currentThread().interrupt();
                    return ++trees[0] % 7 == 0
                            ? null
                            : trees[0] % 11 == 0 ? large : planner.plan(drafter, depth, nodes);
                };
            }
        };
        try (BatchDecoder decoder = tiny.builder().slots(1).policy(wrong).build()) {
            int failed = 0;
            for (int i = 0; i < 20; i++) {
                try {
                    assertEquals(8, submit(decoder, 8).await().tokens().length);
                } catch (GtoException e) {
                    failed++;
                    assertTrue(
                            e.getMessage().contains("gave no tree: expected one of at most")
                                    || e.getMessage().contains("gave a tree of 40 nodes"),
                            e.getMessage());
                }
            }
            assertTrue(failed > 0 && failed < 20, failed + " failed");
        }
    }

    /**
     * What every request needs is broken, here by closing the session behind the decoder's back: all end with the
     * failure, and no other is taken.
     */
    @Test
    void aSchedulerThatEndsByItself() throws Exception {
        BatchDecoder[] own = {null};
        BatchDecoder decoder = tiny.builder()
                .slots(1)
                .policy(new Failing("plan", 40, () -> {
                    closeSession(own[0]);
                    throw new GtoException(GtoException.Kind.NUMERIC, "planted");
                }))
                .build();
        own[0] = decoder;
        List<BatchRequest> requests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            requests.add(submit(decoder, TinyBatch.CONTEXT));
        }
        for (BatchRequest request : requests) {
            assertThrows(ExecutionException.class, () -> request.result().get(1, TimeUnit.MINUTES));
            assertThrows(GtoException.class, request::await);
        }
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> submit(decoder, 12));
        assertTrue(e.getMessage().contains("has ended"), e.getMessage());
        assertEquals(0, decoder.status().running() + decoder.status().waiting());
        decoder.close();
    }

    private static void closeSession(BatchDecoder decoder) {
        try {
            Field session = BatchDecoder.class.getDeclaredField("session");
            session.setAccessible(true);
            ((TargetSession) session.get(decoder)).close();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPolicyCantCloseItsDecoder() {
        BatchDecoder[] own = {null};
        BatchDecoder decoder = tiny.builder()
                .slots(2)
                .policy(new Failing("plan", 2, () -> own[0].close()))
                .build();
        own[0] = decoder;
        BatchRequest first = submit(decoder, 12);
        CompletionException e =
                assertThrows(CompletionException.class, () -> first.result().join());
        assertTrue(
                e.getCause().getMessage().contains("can't be closed from inside"),
                e.getCause().getMessage());
        assertEquals(12, submit(decoder, 12).await().tokens().length);
        decoder.close();
    }

    /** Requests from eight threads while the decoder is closed: each is refused, or ends. */
    @Test
    void submittingWhileItCloses() throws Exception {
        for (int round = 0; round < 8; round++) {
            BatchDecoder decoder = tiny.builder()
                    .slots(3)
                    .maxWaiting(round % 2 == 0 ? Integer.MAX_VALUE : 4)
                    .build();
            ConcurrentLinkedQueue<BatchRequest> taken = new ConcurrentLinkedQueue<>();
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                users.add(CompletableFuture.runAsync(
                        () -> {
                            while (true) {
                                try {
                                    taken.add(submit(decoder, 40));
                                } catch (RejectedExecutionException e) {
                                    Thread.onSpinWait();
                                } catch (IllegalStateException closed) {
                                    return;
                                }
                                LockSupport.parkNanos(100_000);
                            }
                        },
                        task -> new Thread(task).start()));
            }
            while (taken.size() < 20) {
                Thread.onSpinWait();
            }
            decoder.close();
            for (CompletableFuture<Void> user : users) {
                user.get(1, TimeUnit.MINUTES);
            }
            for (BatchRequest request : taken) {
                FinishReason reason = request.result().get(1, TimeUnit.MINUTES).reason();
                assertTrue(
                        reason == FinishReason.DECODER_CLOSED || reason == FinishReason.MAX_TOKENS, reason.toString());
                assertEquals(reason, request.await().reason());
            }
            assertFalse(taken.isEmpty());
        }
    }
}
