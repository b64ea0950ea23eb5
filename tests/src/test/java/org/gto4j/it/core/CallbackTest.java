package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.TextStream;
import org.gto4j.TreeDecoder;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.Gto4j;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TreePlanner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Listeners, policies and subscribers that call back, close things, wait for each other or throw: an exception at once
 * or the same text, never a hang.
 */
@Timeout(120)
class CallbackTest {
    private static final int[] PROMPT = {12, 0, 1, 2};
    private static final int TOKENS = 24;

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

    private TreeDecoder decoder() {
        return TreeDecoder.builder(tiny.target())
                .draft(tiny.draft())
                .policy(new DynamicTree(3, 2, 6))
                .context(256)
                .f32Cache(true)
                .build();
    }

    private static Generation generate(TreeDecoder decoder) {
        return decoder.generate(PROMPT, TinyBatch.options(TOKENS).build());
    }

    private static void busy(Supplier<?> call) {
        IllegalStateException e = assertThrows(IllegalStateException.class, call::get);
        assertTrue(e.getMessage().contains("is busy"), e.getMessage());
    }

    @Test
    void aListenerCantUseItsOwnDecoder() {
        try (TreeDecoder decoder = decoder()) {
            Generation expected = generate(decoder);
            int[] calls = {0};
            Generation found =
                    decoder.generate(PROMPT, TinyBatch.options(TOKENS).build(), text -> {
                        calls[0]++;
                        busy(() -> generate(decoder));
                        busy(() ->
                                decoder.stream(PROMPT, TinyBatch.options(TOKENS).build()));
                        assertThrows(
                                RuntimeException.class,
                                () -> decoder.chat(
                                        List.of(ChatMessage.user("a")),
                                        TinyBatch.options(TOKENS).build(),
                                        more -> {}));
                        assertThrows(IllegalStateException.class, decoder::close);
                    });
            assertTrue(calls[0] > 0);
            assertArrayEquals(expected.tokens(), found.tokens(), "its own text isn't disturbed");
            assertArrayEquals(expected.tokens(), generate(decoder).tokens());
        }
    }

    /** Grows trees as another one does, after calling something. */
    private static final class Calling extends ForwardingTreePolicy {
        private final Runnable call;

        Calling(Runnable call) {
            super(new DynamicTree(3, 2, 6));
            this.call = call;
        }

        @Override
        public TreePlanner planner() {
            TreePlanner planner = super.planner();
            return (drafter, depth, nodes) -> {
                call.run();
                return planner.plan(drafter, depth, nodes);
            };
        }
    }

    @Test
    void aPolicyCantUseItsOwnDecoder() {
        TreeDecoder[] own = {null};
        int[] calls = {0};
        try (TreeDecoder decoder = TreeDecoder.builder(tiny.target())
                .draft(tiny.draft())
                .context(256)
                .policy(new Calling(() -> {
                    calls[0]++;
                    busy(() -> generate(own[0]));
                    assertThrows(IllegalStateException.class, own[0]::close);
                }))
                .build()) {
            own[0] = decoder;
            assertEquals(TOKENS, generate(decoder).tokens().length);
            try (TextStream text =
                    decoder.stream(PROMPT, TinyBatch.options(TOKENS).build())) {
                text.forEachRemaining(piece -> {});
                assertEquals(TOKENS, text.result().tokens().length);
            }
            assertTrue(calls[0] > 2);
        }
    }

    /** Listeners of two decoders, each of which asks the other decoder: one of them is told that it can't. */
    @Test
    void listenersOfTwoDecodersThatCallEachOther() {
        try (TreeDecoder a = decoder();
                TreeDecoder b = decoder()) {
            Generation expected = generate(a);
            for (int round = 0; round < 10; round++) {
                CountDownLatch both = new CountDownLatch(2);
                CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> callsOther(a, b, both));
                int refused = callsOther(b, a, both);
                assertEquals(1, refused + other.join());
            }
            assertArrayEquals(expected.tokens(), generate(a).tokens());
            assertArrayEquals(expected.tokens(), generate(b).tokens());
        }
    }

    /** How many calls of the other decoder were refused. */
    private static int callsOther(TreeDecoder own, TreeDecoder other, CountDownLatch both) {
        int[] refused = {0};
        boolean[] first = {true};
        own.generate(PROMPT, TinyBatch.options(TOKENS).build(), text -> {
            if (first[0]) {
                first[0] = false;
                both.countDown();
                await(both);
                try {
                    generate(other);
                } catch (IllegalStateException e) {
                    refused[0]++;
                }
            }
        });
        return refused[0];
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListenerClosesWhatTheDecoderWasOpenedFrom() {
        Generation expected;
        try (TreeDecoder decoder = decoder()) {
            expected = generate(decoder);
        }
        TreeDecoder other = decoder();
        TreeDecoder decoder = decoder();
        Generation found = decoder.generate(PROMPT, TinyBatch.options(TOKENS).build(), text -> {
            tiny.draft().close();
            tiny.target().close();
            other.close();
        });
        assertArrayEquals(expected.tokens(), found.tokens());
        assertArrayEquals(expected.tokens(), generate(decoder).tokens(), "a decoder keeps its models");
        decoder.close();
    }

    @Test
    void aStreamThatIsLeftOpenEndsWithItsDecoder() {
        TreeDecoder decoder = decoder();
        TextStream text = decoder.stream(PROMPT, TinyBatch.options(TOKENS).build());
        assertTrue(text.hasNext());
        text.next();
        decoder.close();
        assertThrows(RuntimeException.class, () -> {
            while (text.hasNext()) {
                text.next();
            }
            throw new IllegalStateException("ended");
        });
        text.close();
        text.close();
        assertFalse(text.hasNext());
    }

    @Test
    void listenersOfABatchMayDoAnything() {
        BatchDecoder decoder = tiny.builder().slots(2).build();
        Generation expected =
                decoder.submit(PROMPT, TinyBatch.options(TOKENS).build()).await();
        Generation found = decoder.submit(PROMPT, TinyBatch.options(TOKENS).build())
                .await(text -> assertEquals(
                        TOKENS,
                        decoder.submit(PROMPT, TinyBatch.options(TOKENS).build())
                                .await()
                                .tokens()
                                .length));
        assertArrayEquals(expected.tokens(), found.tokens());
        Generation closed = decoder.submit(
                        PROMPT, TinyBatch.options(TinyBatch.CONTEXT).build())
                .await(text -> decoder.close());
        assertEquals(FinishReason.DECODER_CLOSED, closed.reason());
        assertThrows(
                IllegalStateException.class,
                () -> decoder.submit(PROMPT, TinyBatch.options(TOKENS).build()));
    }

    /** Takes everything, and remembers how it ended. */
    private static final class Reader implements Flow.Subscriber<String> {
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final List<String> pieces = new ArrayList<>();
        private final long atOnce;
        private final Runnable each;
        private Flow.Subscription subscription;

        Reader(long atOnce, Runnable each) {
            this.atOnce = atOnce;
            this.each = each;
        }

        @Override
        public void onSubscribe(Flow.Subscription itsSubscription) {
            subscription = itsSubscription;
            subscription.request(atOnce);
        }

        @Override
        public void onNext(String piece) {
            pieces.add(piece);
            each.run();
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(failure.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            end.complete("complete");
        }
    }

    /**
     * An executor that is shut down between two pieces: neither the decoder's stream nor a slot of a batch stays taken.
     */
    @Test
    void anExecutorThatIsShutDownFreesTheDecoder() throws Exception {
        try (TreeDecoder single = decoder();
                BatchDecoder batch = tiny.builder().slots(1).build()) {
            for (boolean alone : new boolean[] {true, false}) {
                ExecutorService executor = Executors.newSingleThreadExecutor();
                CountDownLatch first = new CountDownLatch(1);
                Reader reader = new Reader(1, first::countDown);
                Flow.Publisher<String> publisher = alone
                        ? single.publisher(PROMPT, TinyBatch.options(240).build(), executor)
                        : batch.publisher(
                                PROMPT,
                                TinyBatch.options(TinyBatch.CONTEXT - 16).build(),
                                executor);
                publisher.subscribe(reader);
                first.await();
                executor.shutdown();
                assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
                reader.subscription.request(1);
                assertEquals(RejectedExecutionException.class.getSimpleName(), reader.end.get(1, TimeUnit.MINUTES));
                reader.subscription.cancel();
            }
            assertEquals(TOKENS, generate(single).tokens().length);
            assertEquals(
                    TOKENS,
                    batch.submit(PROMPT, TinyBatch.options(TOKENS).build())
                            .await()
                            .tokens()
                            .length);
        }
    }

    /** A request that waits for a slot, whose reader is stopped or changes its mind: its thread is free at once. */
    @Test
    void readersThatWaitCanBeStopped() throws Exception {
        try (BatchDecoder batch = tiny.builder().slots(1).build()) {
            BatchRequest running =
                    batch.submit(PROMPT, TinyBatch.options(TinyBatch.CONTEXT).build());
            ExecutorService cancelled = Executors.newSingleThreadExecutor();
            Reader changesItsMind = new Reader(1, () -> {});
            batch.publisher(PROMPT, TinyBatch.options(TinyBatch.CONTEXT).build(), cancelled)
                    .subscribe(changesItsMind);
            while (batch.status().waiting() == 0) {
                Thread.onSpinWait();
            }
            changesItsMind.subscription.cancel();
            cancelled.shutdown();
            assertTrue(cancelled.awaitTermination(1, TimeUnit.MINUTES));
            ExecutorService stopped = Executors.newSingleThreadExecutor();
            Reader isStopped = new Reader(1, () -> {});
            batch.publisher(PROMPT, TinyBatch.options(TinyBatch.CONTEXT).build(), stopped)
                    .subscribe(isStopped);
            while (batch.status().waiting() == 0 && running.result().getNow(null) == null) {
                Thread.onSpinWait();
            }
            stopped.shutdownNow();
            assertTrue(stopped.awaitTermination(1, TimeUnit.MINUTES));
            running.cancel();
            running.await();
            assertEquals(
                    TOKENS,
                    batch.submit(PROMPT, TinyBatch.options(TOKENS).build())
                            .await()
                            .tokens()
                            .length);
        }
    }

    @Test
    void subscribersThatThrowFreeTheDecoder() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (TreeDecoder single = decoder();
                BatchDecoder batch = tiny.builder().slots(1).build()) {
            for (Flow.Publisher<String> publisher : List.of(
                    single.publisher(PROMPT, TinyBatch.options(240).build(), executor),
                    batch.publisher(
                            PROMPT, TinyBatch.options(TinyBatch.CONTEXT - 16).build(), executor))) {
                Reader reader = new Reader(3, () -> {
                    throw new ArithmeticException();
                });
                publisher.subscribe(reader);
                assertEquals("ArithmeticException", reader.end.get(1, TimeUnit.MINUTES));
                assertEquals(1, reader.pieces.size());
            }
            assertEquals(TOKENS, generate(single).tokens().length);
            assertEquals(
                    TOKENS,
                    batch.submit(PROMPT, TinyBatch.options(TOKENS).build())
                            .await()
                            .tokens()
                            .length);
        } finally {
            executor.shutdown();
        }
    }
}
