package org.gto4j;

import java.util.Arrays;

import org.gto4j.Generation.FinishReason;
import org.gto4j.tree.DraftTree;

/** One generation of a {@link TreeDecoder}, on sequence 0 of its session: {@link #start}, {@link #step} until it says that it is over, {@link #finish}. */
final class GenerationRun implements AutoCloseable {
    private static final int SEQUENCE = 0;

    private final TargetSession session;
    private final Drafting drafting;
    private final Sampler sampler;
    private final GenerationOptions options;
    private final int context;
    private final int batch;
    private final GeneratedText text;

    private final CycleLog log;
    private int position;
    private int root;
    private int promptKept;
    private long promptNanos;

    GenerationRun(EngineTarget target, TargetSession session, Drafting drafting, Sampler sampler, GenerationOptions options, int context,
                  int batch) {
        this.session = session;
        this.drafting = drafting;
        this.sampler = sampler;
        this.options = options;
        this.context = context;
        this.batch = batch;
        text = new GeneratedText(target, options);
        log = new CycleLog(session, drafting);
    }

    /** Reads the prompt, but for what the sequence holds of it already, and draws the first token. */
    void start(int[] prompt) {
        long start = System.nanoTime();
        sampler.accept(prompt);
        keepingOrder(() -> read(prompt));
        promptNanos = System.nanoTime() - start;
        log.promptEnds();
    }

    private void read(int[] prompt) {
        promptKept = drafting.start(prompt);
        session.remove(SEQUENCE, promptKept, -1);
        int rows = 0;
        for (int at = promptKept; at < prompt.length; at += rows) {
            if (cancelled()) {
                drafting.forget();
                return;
            }
            rows = Math.min(batch, prompt.length - at);
            boolean last = at + rows == prompt.length;
            session.prefill(SEQUENCE, at, Arrays.copyOfRange(prompt, at, at + rows), last ? rows - 1 : rows, drafting.features(), null);
        }
        root = session.sample(new int[] {rows - 1}, new Sampler[] {sampler})[0];
        text.append(root);
        drafting.gained(root);
        position = prompt.length;
    }

    /** A failure between two of its steps leaves sequence and draft out of step: then both start anew. */
    private void keepingOrder(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            drafting.forget();
            session.clear();
            throw e;
        }
    }

    /** One cycle; false without one if the generation is over. */
    boolean step() {
        if (text.reason() == null && cancelled()) {
            text.stop(FinishReason.CANCELLED);
        } else if (text.reason() == null && position >= context) {
            text.stop(FinishReason.CONTEXT_FULL);
        }
        if (text.reason() != null) {
            return false;
        }
        keepingOrder(this::cycle);
        return true;
    }

    /** Text that came since the last call, whole characters only; may be empty. */
    String take() {
        return text.take();
    }

    /** The result, once {@link #step} has said false and the text is taken. */
    Generation finish() {
        return text.finish(log.statistics(text.count(), promptKept, promptNanos));
    }

    private boolean cancelled() {
        return options.cancellation() != null && options.cancellation().isCancelled();
    }

    /** Drafts and verifies one tree, and takes what it gained: the accepted tokens and, unless they end with an end token, the target's own. */
    private void cycle() {
        log.cycleBegins();
        DraftTree tree = drafting.tree(text.room() - 1, context - position - 1);
        log.treeIsDrafted();
        Verification verification = session.verify(SEQUENCE, position, root, tree, sampler, drafting.features());
        log.treeIsVerified();
        drafting.verified(tree, verification);
        int[] gained = gained(tree, verification);
        text.append(gained);
        drafting.gained(gained);
        position += gained.length;
        root = gained[gained.length - 1];
        log.cycleEnds(tree, gained.length - 1);
    }

    private static int[] gained(DraftTree tree, Verification verification) {
        int[] path = verification.path();
        boolean own = verification.next() >= 0;
        int[] gained = new int[path.length + (own ? 1 : 0)];
        for (int i = 0; i < path.length; i++) {
            gained[i] = tree.tokens()[path[i]];
        }
        if (own) {
            gained[path.length] = verification.next();
        }
        return gained;
    }

    @Override
    public void close() {
        sampler.close();
    }
}
