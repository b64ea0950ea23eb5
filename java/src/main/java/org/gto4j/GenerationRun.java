package org.gto4j;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.gto4j.Generation.FinishReason;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/** One generation of a {@link TreeDecoder}, on sequence 0 of its session. */
final class GenerationRun {
    private static final int SEQUENCE = 0;

    private final EngineTarget target;
    private final TargetSession session;
    private final @Nullable Drafting drafting;
    private final Sampler sampler;
    private final int context;
    private final int batch;

    private final IntStream.Builder acceptedPerCycle = IntStream.builder();
    private int cycles;
    private long targetNanos;
    private long draftNanos;

    GenerationRun(EngineTarget target, TargetSession session, @Nullable Drafting drafting, Sampler sampler, int context, int batch) {
        this.target = target;
        this.session = session;
        this.drafting = drafting;
        this.sampler = sampler;
        this.context = context;
        this.batch = batch;
    }

    Generation run(int[] prompt, int maxTokens, TokenListener listener) {
        long start = System.nanoTime();
        GeneratedText text = new GeneratedText(target, maxTokens, listener);
        int root = readPrompt(prompt);
        long decodeStart = System.nanoTime();
        text.append(root);
        for (int position = prompt.length; text.reason() == null;) {
            if (position >= context) {
                text.stop(FinishReason.CONTEXT_FULL);
                break;
            }
            int[] gained = cycle(position, root, text.room());
            text.append(gained);
            if (text.reason() == null) {
                if (drafting != null) {
                    drafting.gained(gained);
                }
                position += gained.length;
                root = gained[gained.length - 1];
            }
        }
        long end = System.nanoTime();
        return text.finish(new Generation.Statistics(text.count(), cycles, acceptedPerCycle.build().toArray(), decodeStart - start,
            end - decodeStart, targetNanos, draftNanos));
    }

    /** Decodes the prompt in parts of a batch, so that the last row's index is known; draws the first token. */
    private int readPrompt(int[] prompt) {
        session.clear();
        sampler.accept(prompt);
        Features features = null;
        if (drafting != null) {
            drafting.start(prompt[0]);
            features = drafting.features();
        }
        int rows = 0;
        for (int at = 0; at < prompt.length; at += rows) {
            rows = Math.min(batch, prompt.length - at);
            boolean last = at + rows == prompt.length;
            session.prefill(SEQUENCE, at, Arrays.copyOfRange(prompt, at, at + rows), last ? rows - 1 : rows, features, null);
        }
        int first = session.sample(new int[] {rows - 1}, new Sampler[] {sampler})[0];
        if (drafting != null) {
            int[] next = Arrays.copyOfRange(prompt, 1, prompt.length + 1);
            next[prompt.length - 1] = first;
            drafting.gained(next);
        }
        return first;
    }

    /** Drafts and verifies one tree; returns the accepted tokens and, unless they end with an end token, the target's own. */
    private int[] cycle(int position, int root, int room) {
        long start = System.nanoTime();
        DraftTree tree = drafting == null ? DraftTree.empty() : drafting.tree(room - 1, context - position - 1);
        long drafted = System.nanoTime();
        Verification verification = session.verify(SEQUENCE, position, root, tree, sampler, drafting == null ? null : drafting.features());
        draftNanos += drafted - start;
        targetNanos += System.nanoTime() - drafted;
        if (drafting != null) {
            drafting.verified(tree, verification);
        }
        int[] path = verification.path();
        boolean own = verification.next() >= 0;
        int[] gained = new int[path.length + (own ? 1 : 0)];
        for (int i = 0; i < path.length; i++) {
            gained[i] = tree.tokens()[path[i]];
        }
        if (own) {
            gained[path.length] = verification.next();
        }
        cycles++;
        acceptedPerCycle.add(gained.length - 1);
        return gained;
    }
}
