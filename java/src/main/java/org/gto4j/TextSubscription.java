package org.gto4j;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** One subscription of a {@link TextPublisher}. At most one task of it runs at a time; it ends when nothing is asked for. */
final class TextSubscription implements Flow.Subscription {
    private final Supplier<TextStream> open;
    private final Executor executor;
    private final Flow.Subscriber<? super String> subscriber;
    private @Nullable TextStream text;
    private long demand;
    private boolean running;
    private boolean over;
    private @Nullable RuntimeException refused;

    TextSubscription(Supplier<TextStream> open, Executor executor, Flow.Subscriber<? super String> subscriber) {
        this.open = open;
        this.executor = executor;
        this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
        synchronized (this) {
            if (over) {
                return;
            }
            if (n <= 0) {
                refused = new IllegalArgumentException("a positive number of pieces must be requested, found " + n);
            }
            demand = n > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + Math.max(n, 0);
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::run);
    }

    @Override
    public void cancel() {
        synchronized (this) {
            over = true;
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::run);
    }

    private void run() {
        try {
            while (goOn()) {
                if (text == null) {
                    text = open.get();
                }
                if (!text.hasNext()) {
                    finish();
                    subscriber.onComplete();
                    return;
                }
                subscriber.onNext(text.next());
            }
        } catch (RuntimeException | Error e) {
            finish();
            subscriber.onError(e);
        }
    }

    /** Whether a piece is to be delivered; if not, this task is over. */
    private boolean goOn() {
        synchronized (this) {
            if (refused != null && !over) {
                throw refused;
            }
            if (!over && demand > 0) {
                demand--;
                return true;
            }
            running = false;
            if (!over) {
                return false;
            }
        }
        finish();
        return false;
    }

    private void finish() {
        synchronized (this) {
            over = true;
            running = true; // no further task
        }
        if (text != null) {
            text.close();
        }
    }
}
