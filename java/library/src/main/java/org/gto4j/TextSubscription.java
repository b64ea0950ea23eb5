package org.gto4j;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a {@link TextPublisher}, by the rules of Reactive Streams. At most one task of it runs at a time;
 * it ends when nothing is asked for. If the executor refuses a task or the subscriber throws, the subscription ends:
 * the generation is closed at once and {@code onError} is told, as long as the subscriber hasn't cancelled.
 */
final class TextSubscription implements Flow.Subscription {
    private final Supplier<TextStream> open;
    private final Executor executor;
    private Flow.@Nullable Subscriber<? super String> subscriber;
    private @Nullable TextStream text;
    private long demand;
    /** Whether one thread has the right to send signals: the one that subscribes, then a task. */
    private boolean busy = true;

    private boolean over;
    private @Nullable RuntimeException refused;

    TextSubscription(Supplier<TextStream> open, Executor executor, Flow.Subscriber<? super String> subscriber) {
        this.open = open;
        this.executor = executor;
        this.subscriber = subscriber;
    }

    /** The subscriber knows this subscription: what it asked for meanwhile may come. */
    void start() {
        synchronized (this) {
            if (!over && demand == 0 && refused == null) {
                busy = false;
                return;
            }
        }
        schedule();
    }

    @Override
    public void request(long n) {
        synchronized (this) {
            if (over) {
                return;
            }
            if (n <= 0) {
                refused = new IllegalArgumentException(
                        "a positive number of pieces must be requested, found " + n + " (Reactive Streams, rule 3.9)");
            } else {
                demand = n > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + n;
            }
            if (busy) {
                return;
            }
            busy = true;
        }
        schedule();
    }

    private void schedule() {
        try {
            executor.execute(this::run);
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    @Override
    public void cancel() {
        synchronized (this) {
            over = true;
            if (busy) {
                if (text != null) {
                    text.cancel();
                }
                return;
            }
            busy = true;
        }
        end();
    }

    private void run() {
        try {
            for (Flow.Subscriber<? super String> next = next(); next != null; next = next()) {
                TextStream stream = text();
                boolean more = stream.hasNext();
                if (isOver()) {
                    continue;
                }
                if (!more) {
                    tell(end(), Flow.Subscriber::onComplete);
                    return;
                }
                next.onNext(stream.next());
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Who is to get a piece; null if this task is over. */
    private Flow.@Nullable Subscriber<? super String> next() {
        synchronized (this) {
            if (!over && refused != null) {
                throw refused;
            }
            if (!over && demand > 0) {
                demand--;
                return subscriber;
            }
            if (!over) {
                busy = false;
                return null;
            }
        }
        end();
        return null;
    }

    private TextStream text() {
        if (text == null) {
            TextStream opened = open.get();
            synchronized (this) {
                text = opened;
                if (over) {
                    opened.cancel();
                }
            }
        }
        return text;
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** The subscription ends with a failure. To be called by the thread that has the right to send signals. */
    void fail(Throwable why) {
        tell(end(), told -> told.onError(why));
    }

    /** Closes the generation and lets go of the subscriber; returns it if it is still to be told. */
    private Flow.@Nullable Subscriber<? super String> end() {
        Flow.Subscriber<? super String> told;
        synchronized (this) {
            told = over ? null : subscriber;
            over = true;
            busy = true; // no further task
            subscriber = null;
        }
        if (text != null) {
            guarded(text::close);
        }
        return told;
    }

    private static void tell(
            Flow.@Nullable Subscriber<? super String> told, Consumer<Flow.Subscriber<? super String>> signal) {
        if (told != null) {
            guarded(() -> signal.accept(told));
        }
    }

    /** What is thrown at the end has nobody left to go to. */
    private static void guarded(Runnable last) {
        try {
            last.run();
        } catch (RuntimeException | Error e) {
            System.getLogger("org.gto4j").log(System.Logger.Level.WARNING, "a subscription ended with a failure", e);
        }
    }
}
