package org.gto4j;

import java.util.Objects;
import org.gto4j.Generation.FinishReason;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetSession;
import org.gto4j.model.TreeOutcome;
import org.gto4j.model.TreeRequest;
import org.jspecify.annotations.Nullable;

/**
 * A place for one request after the other: a sequence of the session and drafts for it. What a request throws ends that
 * request alone. Used by the scheduler's thread alone.
 */
final class BatchSlot implements AutoCloseable {
    private final DecoderParts parts;
    private final TargetSession session;
    private final int sequence;
    private final Drafting drafting;
    private @Nullable BatchRequest request;
    private @Nullable GenerationRun run;
    private @Nullable TreeRequest tree;
    private boolean notFinite;
    private Runnable freed = () -> {};

    BatchSlot(DecoderParts parts, TargetSession session, int sequence) {
        this.parts = parts;
        this.session = session;
        this.sequence = sequence;
        drafting = parts.newDrafting();
    }

    /** What is done when a request leaves, before its user hears of the end. */
    void whenFreed(Runnable action) {
        freed = action;
    }

    boolean isFree() {
        return request == null;
    }

    boolean isReading() {
        return run != null && run.reading();
    }

    boolean isDecoding() {
        return run != null && !run.reading();
    }

    /** How many tokens of a prompt the sequence holds from the text before. */
    int kept(int[] prompt) {
        return drafting.kept(prompt);
    }

    void admit(BatchRequest next) {
        request = next;
        guarded(() -> {
            run = new GenerationRun(parts, session, sequence, drafting, next.sampler(), next.options(), true, () -> {});
            run.start(next.prompt());
        });
    }

    /** Decodes a part of the prompt; returns its rows, 0 if that failed. */
    int read(int most) {
        int[] rows = {0};
        guarded(() -> rows[0] = running().read(most));
        return rows[0];
    }

    /** Drafts the next pass's tree; null if that failed. */
    @Nullable TreeRequest draft(int nodes, int texts) {
        tree = null;
        guarded(() -> {
            tree = running().draft(nodes, texts);
        });
        return tree;
    }

    void verified(TreeOutcome outcome, long passNanos) {
        if (outcome.failure() != null) {
            fail(outcome.failure());
            return;
        }
        guarded(() -> running()
                .verified(
                        Objects.requireNonNull(tree).tree(),
                        Objects.requireNonNull(outcome.verification()),
                        passNanos));
    }

    /** Hands new text over, and ends the request if there is a reason to. */
    void settle() {
        GenerationRun now = run;
        BatchRequest asked = request;
        if (now == null || asked == null) {
            return;
        }
        if (asked.isCancelled()) {
            now.stop(FinishReason.CANCELLED);
        }
        guarded(() -> {
            boolean more = now.goesOn();
            String fresh = now.take();
            if (!fresh.isEmpty()) {
                asked.put(fresh);
            }
            if (!more) {
                end(asked, now.finish());
            }
        });
    }

    private GenerationRun running() {
        return Objects.requireNonNull(run, "no request is running");
    }

    private void end(BatchRequest ended, Generation generation) {
        try {
            release();
        } finally {
            ended.end(generation);
        }
    }

    /** Ends the request if there is one. */
    void end(FinishReason reason) {
        if (run != null) {
            run.stop(reason);
            settle();
        }
    }

    /** The request, if there is one, ends with a failure. */
    void fail(Throwable why) {
        if (request == null) {
            return;
        }
        BatchRequest failed = request;
        notFinite |= why instanceof GtoException known && known.kind() == GtoException.Kind.NUMERIC;
        try {
            release();
            drafting.forget();
        } catch (RuntimeException | Error e) {
            why.addSuppressed(e);
        } finally {
            failed.fail(why);
        }
    }

    /** Whether keys and values may be NaN, which every row of the session meets. */
    boolean isNotFinite() {
        return notFinite;
    }

    /** The session was cleared. */
    void forget() {
        drafting.forget();
        notFinite = false;
    }

    private void release() {
        GenerationRun over = run;
        run = null;
        request = null;
        tree = null;
        freed.run();
        if (over != null) {
            over.close();
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    @Override
    public void close() {
        drafting.close();
    }
}
