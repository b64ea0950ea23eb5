package org.gto4j;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/**
 * Text as a {@link Flow.Publisher}: each subscription is a generation of its own, which runs on the executor while
 * pieces are asked for and ends with the subscription. A failure to open or to generate goes to {@code onError}, and so
 * does a task that the executor refuses.
 */
final class TextPublisher implements Flow.Publisher<String> {
    private final Supplier<TextStream> open;
    private final Executor executor;

    TextPublisher(Supplier<TextStream> open, Executor executor) {
        this.open = open;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        TextSubscription subscription = new TextSubscription(open, executor, subscriber);
        try {
            subscriber.onSubscribe(subscription);
        } catch (RuntimeException | Error e) {
            subscription.fail(e);
            return;
        }
        subscription.start();
    }
}
