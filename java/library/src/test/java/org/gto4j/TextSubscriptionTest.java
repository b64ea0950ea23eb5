package org.gto4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Publishers of text by the rules of Reactive Streams (the numbers are its rules'), with executors and subscribers that
 * misbehave.
 */
@Timeout(30)
class TextSubscriptionTest {
    private static final Executor DIRECT = Runnable::run;

    private final List<Pieces> opened = Collections.synchronizedList(new ArrayList<>());

    /** A text of a number of pieces, which may fail or wait at its end. */
    private static final class Pieces implements TextSource {
        private final int count;
        private final @Nullable RuntimeException failure;
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private boolean endless;
        private int given;
        private int closed;

        Pieces(int count, @Nullable RuntimeException failure) {
            this.count = count;
            this.failure = failure;
        }

        @Override
        public @Nullable String next() {
            if (given < count) {
                return "piece " + given++;
            }
            if (failure != null) {
                throw failure;
            }
            if (endless) {
                await(cancelled);
            }
            return null;
        }

        @Override
        public @Nullable Generation result() {
            return null;
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private TextPublisher publisher(int pieces, Executor executor) {
        return new TextPublisher(
                () -> {
                    opened.add(new Pieces(pieces, null));
                    return new TextStream(opened.get(opened.size() - 1));
                },
                executor);
    }

    private boolean allAreClosed() {
        return opened.stream().allMatch(pieces -> pieces.closed > 0);
    }

    /** Writes down what it is told, and does something at each piece. */
    private static final class Log implements Flow.Subscriber<String> {
        private final List<String> signals = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch over = new CountDownLatch(1);
        private final Consumer<Flow.Subscription> first;
        private final Consumer<Flow.Subscription> each;
        private Flow.Subscription subscription;

        Log(Consumer<Flow.Subscription> first, Consumer<Flow.Subscription> each) {
            this.first = first;
            this.each = each;
        }

        @Override
        public void onSubscribe(Flow.Subscription itsSubscription) {
            subscription = itsSubscription;
            first.accept(subscription);
            signals.add("subscribed");
        }

        @Override
        public void onNext(String piece) {
            signals.add(piece);
            each.accept(subscription);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure.getClass().getSimpleName());
            over.countDown();
        }

        @Override
        public void onComplete() {
            signals.add("complete");
            over.countDown();
        }
    }

    private static Consumer<Flow.Subscription> asks(long n) {
        return subscription -> subscription.request(n);
    }

    private static final Consumer<Flow.Subscription> NOTHING = subscription -> {};

    private static <T> T fails() {
        throw new ArithmeticException();
    }

    @Test
    void piecesComeAsTheyAreAskedFor() {
        Log log = new Log(NOTHING, NOTHING);
        publisher(3, DIRECT).subscribe(log);
        assertTrue(opened.isEmpty(), "nothing is generated before it is asked for");
        log.subscription.request(2);
        assertEquals(List.of("subscribed", "piece 0", "piece 1"), log.signals);
        log.subscription.request(Long.MAX_VALUE);
        log.subscription.request(Long.MAX_VALUE);
        assertEquals(List.of("subscribed", "piece 0", "piece 1", "piece 2", "complete"), log.signals);
        assertTrue(allAreClosed());
    }

    /** 1.3: one signal after the other; 3.3: requests from inside onNext don't nest, however many there are. */
    @Test
    void signalsDontNest() {
        Log log = new Log(asks(1), asks(1));
        publisher(20_000, DIRECT).subscribe(log);
        assertEquals("subscribed", log.signals.get(0), "onSubscribe returned before the first piece came");
        assertEquals(20_002, log.signals.size());
        assertEquals("complete", log.signals.get(20_001));
    }

    /** 3.9, 3.16, 3.17. */
    @Test
    void badRequestsEndTheSubscription() {
        for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
            Log first = new Log(asks(n), NOTHING);
            publisher(3, DIRECT).subscribe(first);
            assertEquals(List.of("subscribed", "IllegalArgumentException"), first.signals);
            Log later = new Log(asks(5), asks(n));
            publisher(3, DIRECT).subscribe(later);
            assertEquals(List.of("subscribed", "piece 0", "IllegalArgumentException"), later.signals);
            later.subscription.request(1);
            later.subscription.request(n);
            assertEquals(3, later.signals.size(), "nothing comes after the end");
        }
        assertTrue(allAreClosed());
    }

    /** 1.8, 3.5 to 3.7. */
    @Test
    void cancelledSubscriptionsAreSilent() {
        Log atOnce = new Log(
                subscription -> {
                    subscription.request(2);
                    subscription.cancel();
                },
                NOTHING);
        publisher(3, DIRECT).subscribe(atOnce);
        assertEquals(List.of("subscribed"), atOnce.signals);
        Log inOnNext = new Log(asks(3), Flow.Subscription::cancel);
        publisher(3, DIRECT).subscribe(inOnNext);
        inOnNext.subscription.cancel();
        inOnNext.subscription.request(1);
        inOnNext.subscription.request(-1);
        assertEquals(List.of("subscribed", "piece 0"), inOnNext.signals);
        Log between = new Log(asks(1), NOTHING);
        publisher(3, DIRECT).subscribe(between);
        assertFalse(allAreClosed());
        between.subscription.cancel();
        assertTrue(allAreClosed(), "no task runs: closed by the thread that cancels");
        between.subscription.request(1);
        assertEquals(List.of("subscribed", "piece 0"), between.signals);
    }

    @Test
    void cancellingWakesATaskThatWaitsForText() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Log log = new Log(asks(5), NOTHING);
        new TextPublisher(
                        () -> {
                            Pieces pieces = new Pieces(0, null);
                            pieces.endless = true;
                            opened.add(pieces);
                            log.over.countDown();
                            return new TextStream(pieces);
                        },
                        executor)
                .subscribe(log);
        log.over.await();
        log.subscription.cancel();
        executor.shutdown();
        assertTrue(executor.awaitTermination(20, TimeUnit.SECONDS), "its thread is free");
        assertEquals(List.of("subscribed"), log.signals);
        assertTrue(allAreClosed());
    }

    /** An executor that takes some tasks and then none, as one that is shut down or full. */
    private static Executor refusingAfter(int tasks, Consumer<Runnable> taken) {
        int[] left = {tasks};
        return task -> {
            if (left[0]-- <= 0) {
                throw new RejectedExecutionException("full");
            }
            taken.accept(task);
        };
    }

    @Test
    void anExecutorThatRefusesEndsTheSubscription() {
        Log atFirst = new Log(asks(1), NOTHING);
        publisher(3, refusingAfter(0, Runnable::run)).subscribe(atFirst);
        assertEquals(List.of("subscribed", "RejectedExecutionException"), atFirst.signals);
        assertTrue(opened.isEmpty(), "nothing was opened");

        Log later = new Log(asks(1), NOTHING);
        publisher(3, refusingAfter(1, Runnable::run)).subscribe(later);
        later.subscription.request(1);
        assertEquals(List.of("subscribed", "piece 0", "RejectedExecutionException"), later.signals);
        assertTrue(allAreClosed(), "its slot is free");
        later.subscription.request(1);
        later.subscription.cancel();
        assertEquals(3, later.signals.size());

        Log cancelled = new Log(asks(1), NOTHING);
        publisher(3, refusingAfter(1, Runnable::run)).subscribe(cancelled);
        cancelled.subscription.cancel();
        assertEquals(List.of("subscribed", "piece 0"), cancelled.signals);
        assertTrue(allAreClosed(), "cancelling needs no task");
    }

    @Test
    void anExecutorThatIsLate() {
        Deque<Runnable> tasks = new ArrayDeque<>();
        Log log = new Log(asks(1), NOTHING);
        publisher(3, tasks::add).subscribe(log);
        log.subscription.request(1);
        assertEquals(1, tasks.size(), "one task at a time");
        log.subscription.cancel();
        tasks.remove().run();
        assertEquals(List.of("subscribed"), log.signals);
        assertTrue(tasks.isEmpty() && allAreClosed());
    }

    @Test
    void subscribersThatThrow() {
        Log inOnNext = new Log(asks(3), subscription -> fails());
        publisher(3, DIRECT).subscribe(inOnNext);
        assertEquals(List.of("subscribed", "piece 0", "ArithmeticException"), inOnNext.signals);
        Log inOnSubscribe = new Log(
                subscription -> {
                    subscription.request(3);
                    fails();
                },
                NOTHING);
        publisher(3, DIRECT).subscribe(inOnSubscribe);
        assertEquals(List.of("ArithmeticException"), inOnSubscribe.signals);
        inOnSubscribe.subscription.request(1);
        assertEquals(1, inOnSubscribe.signals.size());
        Log afterCancel = new Log(asks(3), subscription -> {
            subscription.cancel();
            fails();
        });
        publisher(3, DIRECT).subscribe(afterCancel);
        assertEquals(List.of("subscribed", "piece 0"), afterCancel.signals, "who has cancelled isn't told");
        assertTrue(allAreClosed());
        assertThrows(NullPointerException.class, () -> publisher(3, DIRECT).subscribe(null), "1.9");
    }

    /** 1.7: one last signal, even if it fails. */
    @Test
    void lastSignalsThatThrow() {
        for (boolean completes : new boolean[] {true, false}) {
            List<String> signals = new ArrayList<>();
            new TextPublisher(
                            () -> {
                                opened.add(new Pieces(0, completes ? null : new IllegalStateException()));
                                return new TextStream(opened.get(opened.size() - 1));
                            },
                            DIRECT)
                    .subscribe(new Flow.Subscriber<>() {
                        @Override
                        public void onSubscribe(Flow.Subscription subscription) {
                            subscription.request(1);
                        }

                        @Override
                        public void onNext(String piece) {
                            signals.add(piece);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            signals.add("error");
                            fails();
                        }

                        @Override
                        public void onComplete() {
                            signals.add("complete");
                            fails();
                        }
                    });
            assertEquals(List.of(completes ? "complete" : "error"), signals);
        }
        assertTrue(allAreClosed());
    }

    @Test
    void textsThatFail() {
        Log inTheMiddle = new Log(asks(9), NOTHING);
        new TextPublisher(
                        () -> {
                            opened.add(new Pieces(1, new IllegalStateException("broken")));
                            return new TextStream(opened.get(0));
                        },
                        DIRECT)
                .subscribe(inTheMiddle);
        assertEquals(List.of("subscribed", "piece 0", "IllegalStateException"), inTheMiddle.signals);
        assertTrue(allAreClosed());
        Log atFirst = new Log(asks(9), NOTHING);
        new TextPublisher(TextSubscriptionTest::fails, DIRECT).subscribe(atFirst);
        assertEquals(List.of("subscribed", "ArithmeticException"), atFirst.signals);
    }

    /**
     * Requests and cancellations from many threads: pieces in order, none more than asked for, nothing after the end.
     */
    @Test
    void requestsFromManyThreads() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(3);
        for (int round = 0; round < 200; round++) {
            Log log = new Log(NOTHING, NOTHING);
            publisher(40, executor).subscribe(log);
            List<Thread> askers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean cancels = round % 2 == 1 && i == 3;
                askers.add(new Thread(() -> {
                    for (int n = 0; n < (cancels ? 3 : 12); n++) {
                        log.subscription.request(1);
                    }
                    if (cancels) {
                        log.subscription.cancel();
                    }
                }));
            }
            askers.forEach(Thread::start);
            for (Thread asker : askers) {
                asker.join();
            }
            if (round % 2 == 0) {
                log.over.await();
                assertEquals(42, log.signals.size());
            }
        }
        executor.shutdown();
        assertTrue(executor.awaitTermination(20, TimeUnit.SECONDS));
        assertTrue(allAreClosed());
    }
}
