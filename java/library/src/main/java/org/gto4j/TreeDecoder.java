package org.gto4j;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.gto4j.error.GtoException;
import org.gto4j.model.AnswerFormat;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.DraftModel;
import org.gto4j.model.NativeHandle;
import org.gto4j.model.Sampler;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Lossless decoding with draft trees: every token is a draw from the target's own distribution, whatever the draft
 * says. Without a draft it decodes plainly. What a prompt shares with the text before it, as a conversation does, isn't
 * decoded again. One thread at a time, others wait; a call from inside a generation, e.g. by its listener, is refused
 * with {@link IllegalStateException}. {@link #close()} waits for a generation in flight and ends a stream that was left
 * open.
 */
public final class TreeDecoder extends NativeHandle {
    private static final int PROMPT_BATCH = 512;

    private final DecoderParts parts;
    private final TargetModel target;
    private final TargetSession session;
    private final Drafting drafting;
    private final int batch;
    private volatile @Nullable TextSource stream;
    private boolean generating;

    private TreeDecoder(DecoderParts parts, TargetSession session, Drafting drafting, int batch) {
        super("TreeDecoder of " + parts.target().path(), Sharing.EXCLUSIVE, parts.target());
        this.parts = parts;
        this.target = parts.target();
        this.session = session;
        this.drafting = drafting;
        this.batch = batch;
    }

    /** A builder for a target; without more it decodes plainly. */
    public static Builder builder(TargetModel target) {
        return new Builder(target);
    }

    /** {@link #generate(int[], GenerationOptions, TokenListener)} without a listener. */
    public Generation generate(int[] promptTokens, GenerationOptions options) {
        return generate(promptTokens, options, text -> {});
    }

    /**
     * Continues a prompt; returns when done. A {@link GtoException} of kind CONTEXT names both lengths if the prompt is
     * longer than the context.
     *
     * @param promptTokens at least one token
     * @param options how
     * @param listener is told the text as it comes
     */
    public Generation generate(int[] promptTokens, GenerationOptions options, TokenListener listener) {
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(options, "options");
        return alone(() -> {
            try (GenerationRun run = open(promptTokens, options)) {
                boolean more;
                do {
                    more = run.step();
                    String fresh = run.take();
                    if (!fresh.isEmpty()) {
                        listener.onText(fresh);
                    }
                } while (more);
                return run.finish();
            }
        });
    }

    /**
     * Runs work while the decoder is in use. Users' code that is called meanwhile, listeners and policies, can't begin
     * another text.
     */
    <R> R alone(Supplier<R> work) {
        return using(
                () -> {
                    if (generating) {
                        throw new IllegalStateException(
                                this + " is busy: it was called from inside a generation of its own");
                    }
                    generating = true;
                    try {
                        return work.get();
                    } finally {
                        generating = false;
                    }
                },
                this);
    }

    /**
     * Continues a prompt as its text is asked for. Until the stream has ended or is closed this decoder takes no other
     * generation ({@link IllegalStateException}).
     */
    public TextStream stream(int[] promptTokens, GenerationOptions options) {
        Objects.requireNonNull(options, "options");
        return alone(() -> {
            TextSource opened = new LazyTextSource(this, open(promptTokens, options));
            stream = opened;
            return new TextStream(opened);
        });
    }

    /**
     * Answers a conversation as the text is asked for: {@link #stream} on {@link TargetModel#chatTokens} with the
     * header of an assistant turn.
     */
    public TextStream streamChat(List<ChatMessage> messages, GenerationOptions options) {
        return stream(target.chatTokens(messages, true), options);
    }

    /**
     * Continues a prompt for each subscriber: the generation runs on the executor while text is asked for, and ends
     * when the subscription is cancelled. Subscriptions must not overlap. A task that the executor refuses ends the
     * subscription: {@code onError}.
     */
    public Flow.Publisher<String> publisher(int[] promptTokens, GenerationOptions options, Executor executor) {
        int[] prompt = promptTokens.clone();
        return new TextPublisher(() -> stream(prompt, options), executor);
    }

    private GenerationRun open(int[] prompt, GenerationOptions options) {
        parts.checkPrompt(prompt);
        if (stream != null) {
            throw new IllegalStateException(this + " is busy: a stream of it is open");
        }
        Sampler sampler = Sampler.openWithin(target, options.sampler());
        GenerationRun run = new GenerationRun(parts, session, 0, drafting, sampler, options, false, session::clear);
        try {
            run.start(prompt);
            while (run.reading() && run.goesOn()) {
                run.read(batch);
            }
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    void streamEnded(TextSource ended) {
        if (stream == ended) {
            stream = null;
        }
    }

    /**
     * Answers a conversation: {@link #generate} on {@link TargetModel#chatTokens} with the header of an assistant turn.
     */
    public Generation chat(List<ChatMessage> messages, GenerationOptions options, TokenListener listener) {
        return generate(target.chatTokens(messages, true), options, listener);
    }

    /**
     * Answers a conversation with tools, a JSON schema, or what else {@link ChatOptions} has: the answer keeps to
     * {@link TargetModel#answerFormat} and is taken apart. The listener is told the text as it comes, calls and
     * reasoning included.
     *
     * @throws GtoException kind FORMAT: the answer isn't whole, e.g. as maxTokens ended it within a call
     */
    public ChatAnswer answer(
            List<ChatMessage> messages, ChatOptions chat, GenerationOptions options, TokenListener listener) {
        int[] prompt = target.chatTokens(messages, chat);
        return answer(target.answerFormat(messages, chat), prompt, options, listener);
    }

    /** The same for messages as clients send them: a JSON array of objects with whatever fields the template reads. */
    public ChatAnswer answer(String messages, ChatOptions chat, GenerationOptions options, TokenListener listener) {
        int[] prompt = target.chatTokens(target.chatText(messages, chat));
        return answer(target.answerFormat(messages, chat), prompt, options, listener);
    }

    private ChatAnswer answer(AnswerFormat opened, int[] prompt, GenerationOptions options, TokenListener listener) {
        try (AnswerFormat format = opened) {
            GenerationOptions kept = options.keptTo(format);
            Generation generation = generate(prompt, kept, listener);
            return new ChatAnswer(format.read(generation.textWith(format, kept.stopStrings())), generation);
        }
    }

    @Override
    protected void free() {
        TextSource open = stream;
        if (open != null) {
            open.close();
        }
        session.close();
        drafting.close();
    }

    /** Builds a {@link TreeDecoder}. */
    public static final class Builder {
        private final TargetModel target;
        private @Nullable DraftModel draft;
        private @Nullable TreePolicy policy;
        private int context;
        private boolean f32Cache;

        private Builder(TargetModel target) {
            this.target = Objects.requireNonNull(target, "target");
        }

        /** The draft; with null (the default) policies that need one decode plainly. */
        public Builder draft(@Nullable DraftModel model) {
            draft = model;
            return this;
        }

        /**
         * Which trees are drafted; at most 255 leaves. Unless said otherwise a {@link CostAwareTree} of
         * {@link DecodingCosts#of}, which are measured when the first decoder of these models is built.
         */
        public Builder policy(TreePolicy trees) {
            policy = Objects.requireNonNull(trees, "policy");
            return this;
        }

        /**
         * Most tokens of a prompt and its continuation, at least 8; by default 4096 or what the target was trained on,
         * if less.
         */
        public Builder context(int tokens) {
            context = DecoderParts.checkedContext(tokens);
            return this;
        }

        /**
         * Whether the target's keys and values are kept in F32 (else F16): greedy text is then the same with and
         * without a draft.
         */
        public Builder f32Cache(boolean f32) {
            f32Cache = f32;
            return this;
        }

        /** Opens the decoder, which keeps target and draft alive until it is closed. */
        public TreeDecoder build() {
            return using(this::open, target, draft);
        }

        private TreeDecoder open() {
            DecoderParts parts = DecoderParts.of(target, draft, policy, context, f32Cache);
            int batch = Math.max(PROMPT_BATCH, 1 + parts.trees().maxNodes());
            TargetSession session = parts.newSession(1, batch, 1 + parts.trees().maxLeaves());
            try {
                return new TreeDecoder(parts, session, parts.newDrafting(), batch);
            } catch (RuntimeException | Error e) {
                session.close();
                throw e;
            }
        }
    }
}
