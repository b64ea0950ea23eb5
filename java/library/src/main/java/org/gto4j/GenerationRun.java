package org.gto4j;

import java.util.Arrays;
import org.gto4j.Generation.FinishReason;
import org.gto4j.model.DrawnChildren;
import org.gto4j.model.Sampler;
import org.gto4j.model.TargetSession;
import org.gto4j.model.TreeRequest;
import org.gto4j.model.Verification;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * One generation on one sequence of a session: {@link #start}, {@link #read} while it is {@link #reading}, then cycles
 * until it no longer {@link #goesOn}, {@link #finish}. A {@link TreeDecoder} takes whole cycles ({@link #step}); a
 * {@link BatchDecoder} lets each run {@link #draft}, verifies all trees together and tells each what became of its own
 * ({@link #verified}).
 */
final class GenerationRun implements AutoCloseable {
    private final TargetSession session;
    private final int sequence;
    private final Drafting drafting;
    private final Sampler sampler;
    private final GenerationOptions options;
    private final DecoderParts parts;
    private final int context;
    private final GeneratedText text;

    private final CycleLog log;
    private final Runnable lost;
    /** Where children of its trees are drawn, null if they have none. */
    private @Nullable DrawnChildren drawn;

    private int[] prompt = {};
    private long started;
    /** Tokens that the sequence holds. */
    private int position;

    private int root;
    private int promptKept;
    private long promptNanos;

    /**
     * @param sampler closed with the run
     * @param shared whether other runs use the session meanwhile
     * @param lost done after a failure, when nobody knows what the sequence holds
     */
    GenerationRun(
            DecoderParts parts,
            TargetSession session,
            int sequence,
            Drafting drafting,
            Sampler sampler,
            GenerationOptions options,
            boolean shared,
            Runnable lost) {
        this.parts = parts;
        this.session = session;
        this.sequence = sequence;
        this.drafting = drafting;
        this.sampler = sampler;
        this.options = options;
        this.context = parts.context();
        this.lost = lost;
        text = new GeneratedText(parts.target().vocabulary(), options);
        log = new CycleLog(session, drafting, shared);
    }

    /** Takes a prompt; what the sequence holds of it already is kept. */
    void start(int[] promptTokens) {
        started = System.nanoTime();
        drawn = parts.newDrawnChildren(options.sampler());
        sampler.accept(promptTokens);
        keepingOrder(() -> {
            promptKept = drafting.begin(promptTokens, drawn);
            session.remove(sequence, promptKept, -1);
            position = promptKept;
            prompt = promptTokens;
        });
        promptNanos = System.nanoTime() - started;
    }

    /** Whether there is more of the prompt to {@link #read}. */
    boolean reading() {
        return position < prompt.length;
    }

    /**
     * Decodes the prompt's next rows, {@code most} at most, and draws the first token after its end. Returns the number
     * of rows.
     */
    int read(int most) {
        int rows = Math.min(most, prompt.length - position);
        keepingOrder(() -> decodePrompt(rows));
        return rows;
    }

    private void decodePrompt(int rows) {
        int end = position + rows;
        boolean last = end == prompt.length;
        session.prefill(
                sequence,
                position,
                Arrays.copyOfRange(prompt, position, end),
                last ? rows - 1 : rows,
                drafting.features(),
                null);
        position = end;
        if (last) {
            root = session.sample(new int[] {rows - 1}, new Sampler[] {sampler})[0];
            text.append(root);
            drafting.accept(root);
        }
        drafting.process(position);
        promptNanos = System.nanoTime() - started;
        if (last) {
            log.promptEnds();
        }
    }

    /** A failure between two of its steps leaves sequence and draft out of step: then both start anew. */
    private void keepingOrder(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            drafting.forget();
            lost.run();
            throw e;
        }
    }

    /** False once there is a reason to stop. */
    boolean goesOn() {
        if (cancelled()) {
            stop(FinishReason.CANCELLED);
        } else if (position >= context) {
            stop(FinishReason.CONTEXT_FULL);
        }
        return text.reason() == null;
    }

    /** Ends the generation if it hasn't ended. */
    void stop(FinishReason reason) {
        if (text.reason() == null) {
            text.stop(reason);
        }
    }

    /** One cycle; false without one if the generation is over. */
    boolean step() {
        if (!goesOn()) {
            return false;
        }
        keepingOrder(() -> {
            log.cycleBegins();
            TreeRequest request = draft(Integer.MAX_VALUE, 1);
            long start = System.nanoTime();
            Verification verification = session.verify(request);
            drafting.took(verified(request.tree(), verification, System.nanoTime() - start));
        });
        return true;
    }

    /**
     * Drafts the next cycle's tree.
     *
     * @param nodes at most
     * @param texts how many the pass verifies
     */
    TreeRequest draft(int nodes, int texts) {
        log.treeBegins();
        DraftTree tree = drafting.draft(text.room() - 1, Math.min(nodes, context - position - 1), texts);
        log.treeIsDrafted();
        return new TreeRequest(sequence, position, root, tree, sampler, drafting.features(), drawn);
    }

    /**
     * Takes what a cycle gained: the accepted tokens and, unless they end with an end token, the target's own. Returns
     * what the cycle took, in ns.
     */
    long verified(DraftTree tree, Verification verification, long passNanos) {
        log.treeIsVerified(passNanos);
        int[] gained = drafting.accept(tree, verification);
        text.append(gained);
        position += gained.length;
        root = gained[gained.length - 1];
        return log.cycleEnds(tree, gained.length - 1);
    }

    /** Text that came since the last call, whole characters only; may be empty. */
    String take() {
        return text.take();
    }

    /** The result, once there is a reason to stop and the text is taken. */
    Generation finish() {
        return text.finish(log.statistics(text.count(), promptKept, promptNanos));
    }

    private boolean cancelled() {
        return options.cancellation() != null && options.cancellation().isCancelled();
    }

    /** A prompt that was left in between is forgotten: the draft knows all of it, the sequence a part. */
    @Override
    public void close() {
        try (sampler;
                DrawnChildren draws = drawn) {
            if (reading()) {
                drafting.forget();
            }
        }
    }
}
