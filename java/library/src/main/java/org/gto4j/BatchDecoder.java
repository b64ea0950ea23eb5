package org.gto4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.NativeHandle;
import org.gto4j.model.Sampler;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Lossless decoding with draft trees for many requests at once: the trees of all running requests are verified in one
 * pass of the target. Each request's text is what it would be alone: every token is a draw from the target's own
 * distribution. Thread-safe.
 *
 * <p>A daemon thread owns session and drafts. Requests take free slots, first come first served;
 * {@link Builder#maxWaiting} bounds the queue of those that wait ({@link #status} tells its length). Every request
 * ends, with a result or a failure, however the decoder ends. Between two passes of trees at most
 * {@link Builder#promptRows} rows of prompts are read, in turn, so that a long prompt doesn't hold up running requests;
 * the nodes of a pass are shared evenly among them. Text is handed over without waiting for its reader. What a prompt
 * shares with the text that its slot held before isn't decoded again.
 *
 * <p>Times in a request's {@link Generation.Statistics} are those that it waited: a shared pass counts whole, a cycle
 * lasts from the end of the one before.
 */
public final class BatchDecoder extends NativeHandle {
    private final DecoderParts parts;
    private final TargetSession session;
    private final List<BatchSlot> slots;
    private final BatchScheduler scheduler;
    private final Thread thread;

    private BatchDecoder(DecoderParts parts, TargetSession session, List<BatchSlot> slots, BatchScheduler scheduler) {
        super("BatchDecoder of " + parts.target().path(), Sharing.CONCURRENT, parts.target());
        this.parts = parts;
        this.session = session;
        this.slots = slots;
        this.scheduler = scheduler;
        thread = new Thread(scheduler, "gto4j-batch-decoder");
        thread.setDaemon(true);
    }

    /** A builder for a target; without more it decodes plainly. */
    public static Builder builder(TargetModel target) {
        return new Builder(target);
    }

    /**
     * Queues the continuation of a prompt. A {@link GtoException} is of kind CONTEXT if the prompt is longer than a
     * request's context, of kind FORMAT if the sampler's grammar can't be read.
     *
     * @param promptTokens at least one token
     * @param options how
     * @throws java.util.concurrent.RejectedExecutionException if no slot is free and {@link Builder#maxWaiting}
     *     requests wait already; try again later
     */
    public BatchRequest submit(int[] promptTokens, GenerationOptions options) {
        Objects.requireNonNull(options, "options");
        parts.checkPrompt(promptTokens);
        return using(
                () -> {
                    Sampler sampler = Sampler.openWithin(parts.target(), options.sampler());
                    try {
                        BatchRequest request =
                                new BatchRequest(promptTokens.clone(), options, sampler, scheduler::passes);
                        scheduler.submit(request);
                        return request;
                    } catch (RuntimeException | Error e) {
                        sampler.close();
                        throw e;
                    }
                },
                this);
    }

    /**
     * Queues the answer to a conversation: {@link #submit} of {@link TargetModel#chatTokens} with the header of an
     * assistant turn.
     */
    public BatchRequest submitChat(List<ChatMessage> messages, GenerationOptions options) {
        return submit(parts.target().chatTokens(messages, true), options);
    }

    /**
     * Continues a prompt for each subscriber, with a request of its own that ends when the subscription is cancelled. A
     * task of the executor waits for text while some is asked for. A task that the executor refuses ends the
     * subscription: {@code onError}.
     */
    public Flow.Publisher<String> publisher(int[] promptTokens, GenerationOptions options, Executor executor) {
        int[] prompt = promptTokens.clone();
        return new TextPublisher(() -> submit(prompt, options).text(), executor);
    }

    /** What it does at the moment. */
    public BatchStatus status() {
        return scheduler.status();
    }

    /**
     * Ends all requests, running and waiting, with {@link Generation.FinishReason#DECODER_CLOSED} and what they have of
     * their text, after the pass in flight, and waits for that. Later calls do nothing.
     *
     * @throws IllegalStateException if called by a policy, on the decoder's own thread
     */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException(this + " can't be closed from inside one of its own calls");
        }
        super.close();
    }

    @Override
    protected void free() {
        scheduler.stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        close(session, slots);
    }

    private static void close(TargetSession session, List<BatchSlot> slots) {
        session.close();
        slots.forEach(BatchSlot::close);
    }

    /** Without a thread to be had the decoder is closed again. */
    private static BatchDecoder started(BatchDecoder decoder) {
        try {
            decoder.thread.start();
            return decoder;
        } catch (RuntimeException | Error e) {
            decoder.close();
            throw e;
        }
    }

    /** Builds a {@link BatchDecoder}. */
    public static final class Builder {
        private final TargetModel target;
        private @Nullable DraftModel draft;
        private @Nullable TreePolicy policy;
        private int context;
        private int slots = 4;
        private int nodes = Integer.MAX_VALUE;
        private int promptRows = 128;
        private int maxWaiting = Integer.MAX_VALUE;
        private boolean f32Cache;

        private Builder(TargetModel target) {
            this.target = Objects.requireNonNull(target, "target");
        }

        /** The draft; with null (the default) policies that need one decode plainly. */
        public Builder draft(@Nullable DraftModel model) {
            draft = model;
            return this;
        }

        /** Which trees are drafted, as in {@link TreeDecoder.Builder#policy}. */
        public Builder policy(TreePolicy trees) {
            policy = Objects.requireNonNull(trees, "policy");
            return this;
        }

        /**
         * Most tokens of one request's prompt and continuation, at least 8; by default 4096 or what the target was
         * trained on, if less. Memory is taken for {@link #slots} times as many.
         */
        public Builder context(int tokens) {
            context = DecoderParts.checkedContext(tokens);
            return this;
        }

        /** Most requests that run at the same time, 1..256; by default 4. */
        public Builder slots(int count) {
            Arguments.inRange("slots", count, 1, DecoderParts.MOST_SEQUENCES);
            slots = count;
            return this;
        }

        /**
         * Most nodes of all trees of a pass, at least 0; by default as many as the trees of all slots may have. Trees
         * with several leaves take no more than 256 - slots nodes together, whatever is asked for: each leaf is a
         * sequence of its own.
         */
        public Builder nodes(int count) {
            Arguments.atLeast("nodes", count, 0);
            nodes = count;
            return this;
        }

        /**
         * Most rows of prompts decoded between two passes of trees, at least 1; by default 128. Fewer let running
         * requests wait less, more read faster.
         */
        public Builder promptRows(int count) {
            Arguments.atLeast("promptRows", count, 1);
            promptRows = count;
            return this;
        }

        /**
         * Most requests that wait for a slot, at least 0; by default any number. 0: a request is taken only if a slot
         * is free for it. {@link BatchDecoder#submit} refuses more with a
         * {@link java.util.concurrent.RejectedExecutionException}.
         */
        public Builder maxWaiting(int count) {
            Arguments.atLeast("maxWaiting", count, 0);
            maxWaiting = count;
            return this;
        }

        /**
         * Whether the target's keys and values are kept in F32 (else F16): greedy text is then the same with and
         * without a draft, alone and with others.
         */
        public Builder f32Cache(boolean f32) {
            f32Cache = f32;
            return this;
        }

        /** Opens the decoder, which keeps target and draft alive until it is closed. */
        public BatchDecoder build() {
            return using(this::open, target, draft);
        }

        private BatchDecoder open() {
            DecoderParts parts = DecoderParts.of(target, draft, policy, context, f32Cache);
            // Leaves take a sequence each; a tree has no more of them than nodes.
            long leaves = (long) slots * parts.trees().maxLeaves();
            int spare = DecoderParts.MOST_SEQUENCES - slots;
            long most = Math.min(nodes, (long) slots * parts.trees().maxNodes());
            int passNodes = Math.toIntExact(leaves <= spare ? most : Math.min(most, spare));
            int batch = Math.max(promptRows, slots + passNodes);
            TargetSession session = parts.newSession(slots, batch, slots + (int) Math.min(leaves, passNodes));
            List<BatchSlot> places = new ArrayList<>();
            try {
                for (int i = 0; i < slots; i++) {
                    places.add(new BatchSlot(parts, session, i));
                }
                return started(new BatchDecoder(
                        parts,
                        session,
                        places,
                        new BatchScheduler(session, places, passNodes, promptRows, maxWaiting)));
            } catch (RuntimeException | Error e) {
                BatchDecoder.close(session, places);
                throw e;
            }
        }
    }
}
