package org.gto4j;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.gto4j.error.GtoException;
import org.gto4j.model.Sampler;

/**
 * A request to a {@link BatchDecoder}: its text as it comes, and its result. What the request's user does with them
 * never delays the decoder's other requests. Thread-safe, but for {@link #text()}.
 */
public final class BatchRequest {
    private final int[] prompt;
    private final GenerationOptions options;
    private final Sampler sampler;
    private final LongSupplier passCount;
    private final long passesBefore;
    private final BufferedTextSource handed = new BufferedTextSource(this::cancel);
    private final TextStream text = new TextStream(handed);
    private final CompletableFuture<Generation> result = new CompletableFuture<>();
    private volatile boolean cancelled;
    private volatile long passes;

    /** @param passCount the target passes that the decoder has made */
    BatchRequest(int[] prompt, GenerationOptions options, Sampler sampler, LongSupplier passCount) {
        this.prompt = prompt;
        this.options = options;
        this.sampler = sampler;
        this.passCount = passCount;
        passesBefore = passCount.getAsLong();
    }

    /**
     * The text, read by whichever thread asks for it (one at a time); the same stream at each call. What isn't read yet
     * is kept. Closing the stream cancels the request. {@link TextStream#hasNext} throws the {@link GtoException} of a
     * request that failed.
     */
    public TextStream text() {
        return text;
    }

    /**
     * Completes when the generation has ended, or with the {@link GtoException} that ended it. What depends on it runs
     * in its default executor, the common pool: pass an executor of your own to the ...Async methods for work that
     * takes long. Cancelling it cancels the request.
     */
    public CompletableFuture<Generation> result() {
        return result;
    }

    /**
     * Waits for the end. Throws the {@link GtoException} of a request that failed. Interrupting this thread throws a
     * {@link java.util.concurrent.CancellationException}, and the request goes on.
     */
    public Generation await() {
        return handed.await();
    }

    /**
     * Tells a listener the text on this thread until the end. What the listener throws cancels the request, and so does
     * interrupting this thread ({@link java.util.concurrent.CancellationException}).
     */
    public Generation await(TokenListener listener) {
        Objects.requireNonNull(listener, "listener");
        try {
            while (text.hasNext()) {
                listener.onText(text.next());
            }
            return handed.await();
        } catch (RuntimeException | Error e) {
            cancel();
            throw e;
        }
    }

    /**
     * Ends the request before the decoder's next pass: it then has what was generated so far. Does nothing once it has
     * ended.
     */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Passes of the target, of prompts and of trees, that the decoder made from submission to the end of this request;
     * 0 until then.
     */
    public long passes() {
        return passes;
    }

    int[] prompt() {
        return prompt;
    }

    GenerationOptions options() {
        return options;
    }

    /** Closed by {@link #decline} and {@link #fail}, else by whoever ends the request. */
    Sampler sampler() {
        return sampler;
    }

    /** A result that is there before the end was put there by the request's user. */
    boolean isCancelled() {
        return cancelled
                || result.isDone()
                || (options.cancellation() != null && options.cancellation().isCancelled());
    }

    void put(String piece) {
        handed.put(piece);
    }

    /** Ends the request before anything was generated. */
    void decline(Generation.FinishReason reason) {
        try {
            sampler.close();
        } finally {
            end(Generation.none(reason));
        }
    }

    void end(Generation generation) {
        passes = passCount.getAsLong() - passesBefore;
        handed.end(generation);
        complete(() -> result.complete(generation));
    }

    void fail(Throwable why) {
        GtoException failure = GtoException.of(why);
        passes = passCount.getAsLong() - passesBefore;
        try {
            sampler.close();
        } finally {
            handed.fail(failure);
            complete(() -> result.completeExceptionally(failure));
        }
    }

    private void complete(Runnable completion) {
        try {
            result.defaultExecutor().execute(completion);
        } catch (RuntimeException | Error e) {
            completion.run(); // no thread for it: better on this one than never
        }
    }
}
