package org.gto4j.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target: a GGUF language model, frozen. Immutable and thread-safe; sessions of it may be used by different
 * threads.
 */
public final class TargetModel extends NativeHandle {
    private static final Logger LOG = LoggerFactory.getLogger(TargetModel.class);

    private final EngineTarget engine;
    private final Device device;
    private final boolean ownsDevice;
    private final Path path;
    private final TargetOptions options;
    private final TargetInfo info;
    private final TargetLoading loading;

    private TargetModel(Device device, boolean ownsDevice, Path path, TargetOptions options, EngineTarget engine) {
        super("TargetModel " + path, Sharing.CONCURRENT, device);
        this.engine = engine;
        this.device = device;
        this.ownsDevice = ownsDevice;
        this.path = path;
        this.options = options;
        info = engine.info();
        loading = engine.loading();
        if (loading.fallback() != null) {
            LOG.warn("{}: ggml's CPU backend computes it instead", loading.fallback());
        }
    }

    /** Opens a GGUF on a CPU device of its own, which is closed with the model. */
    public static TargetModel open(Path gguf) {
        Device device = Device.cpu();
        try {
            return open(device, gguf, TargetOptions.DEFAULT, true);
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    /**
     * Opens a GGUF. A {@link GtoException} is of kind IO if the file is missing, unreadable or truncated, of kind
     * FORMAT if it isn't a GGUF or holds an architecture that isn't supported (or a draft). Where the memory for packed
     * weights isn't there, or the model can't be built on the device's own kernels, ggml's CPU backend computes it: a
     * warning and {@link #loading()} say so.
     */
    public static TargetModel open(Device device, Path gguf) {
        return open(device, gguf, TargetOptions.DEFAULT);
    }

    /**
     * The same with options. Kind ARGUMENT: more GPU layers than there are (the output layer is one), or any on a CPU;
     * kind MEMORY: the layers don't fit the GPUs' free memory.
     */
    public static TargetModel open(Device device, Path gguf, TargetOptions options) {
        Objects.requireNonNull(options, "options");
        return open(device, gguf, options, false);
    }

    private static TargetModel open(Device device, Path gguf, TargetOptions options, boolean ownsDevice) {
        String file = gguf.toString();
        return using(
                () -> new TargetModel(
                        device,
                        ownsDevice,
                        gguf,
                        options,
                        EngineTarget.open(device.engine(), file, options.gpuLayers())),
                device);
    }

    /** What the GGUF says. */
    public TargetInfo info() {
        return info;
    }

    /** Where the weights lie, and what loading took. */
    public TargetLoading loading() {
        return loading;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** How it was opened. */
    public TargetOptions options() {
        return options;
    }

    /** Where the model computes. */
    public Device device() {
        return device;
    }

    /** The GGUF's architecture, e.g. "llama". */
    public String architecture() {
        return using(engine::architecture, this);
    }

    /** E.g. "llama 135M F16". */
    public String description() {
        return using(engine::description, this);
    }

    /** The chat template: that of the options, else that of the GGUF, if it has one. */
    public Optional<String> chatTemplate() {
        ChatTemplate given = options.chatTemplate();
        if (given != null) {
            return Optional.of(given.text());
        }
        return Optional.ofNullable(using((java.util.function.Supplier<@Nullable String>) engine::chatTemplate, this));
    }

    /** The three blocks that EAGLE-3 taps: 2, L/2, L-3 of L blocks, clamped for small L. */
    public int[] defaultTaps() {
        return using(engine::defaultTaps, this);
    }

    /**
     * Tokenises text. Kind ARGUMENT if it holds half a surrogate pair or the model's tokenizer can't take it (a word of
     * more than 262,144 characters).
     *
     * @param addBos begin with BOS if the model asks for it and the text doesn't; an end token is never added
     * @param parseSpecial read "&lt;|im_end|&gt;" and the like as one token: not for what people or models say, see
     *     {@link #chatTokens}
     */
    public int[] tokenize(String text, boolean addBos, boolean parseSpecial) {
        byte[] utf8 = Arguments.utf8("text", text);
        return using(() -> engine.tokenize(utf8, addBos, parseSpecial), this);
    }

    /**
     * Bytes of one token; they may be a part of a UTF-8 character.
     *
     * @param special render control tokens, too
     */
    public byte[] tokenBytes(int token, boolean special) {
        return using(() -> engine.tokenBytes(token, special), this);
    }

    /**
     * Text of tokens, UTF-8 decoded across their boundaries (malformed bytes become U+FFFD), without control tokens.
     */
    public String text(int... tokens) {
        return using(() -> vocabulary().text(false, tokens), this);
    }

    /** Whether a token ends generation. False for an id outside the vocabulary. */
    public boolean isEnd(int token) {
        return using(() -> engine.isEnd(token), this);
    }

    /**
     * Renders a conversation by the chat template, as Python's transformers does; kind FORMAT if there is none, it
     * can't be read, it raises an exception (with its line), or it doesn't write each message in its place as a turn of
     * its role.
     *
     * @param addAssistant end with the header of an assistant turn
     */
    public String chat(List<ChatMessage> messages, boolean addAssistant) {
        return chatText(messages, addAssistant).text();
    }

    /** The same with the parts of the text that are messages' contents. */
    public ChatText chatText(List<ChatMessage> messages, boolean addAssistant) {
        return chatText(messages, ChatOptions.of(addAssistant));
    }

    /** The same with tools, variables of the template, or another time. */
    public ChatText chatText(List<ChatMessage> messages, ChatOptions chat) {
        Objects.requireNonNull(chat, "chat");
        Arguments.check(!messages.isEmpty(), "messages: expected at least 1, found none");
        for (int i = 0; i < messages.size(); i++) {
            Objects.requireNonNull(messages.get(i), "messages[" + i + "]");
        }
        return using(
                () -> {
                    TemplateCheck.check(templateSource(), messages, marks -> render(ChatJson.messages(marks), chat)
                            .text());
                    return render(ChatJson.messages(messages), chat);
                },
                this);
    }

    /**
     * The same for messages as clients send them: a JSON array of objects with whatever fields the template reads. What
     * the template leaves out isn't noticed here.
     */
    public ChatText chatText(String messages, ChatOptions chat) {
        Objects.requireNonNull(chat, "chat");
        ArrayNode array = ChatJson.array("messages", Objects.requireNonNull(messages, "messages"));
        return using(() -> render(array, chat), this);
    }

    private ChatText render(ArrayNode messages, ChatOptions chat) {
        return engine.chat(ChatJson.request(messages, chat, options));
    }

    /**
     * How the model writes its answer to a conversation, with calls of the options' tools.
     *
     * @throws GtoException kind FORMAT: no format is found in the chat template, or it can't be rendered; ARGUMENT: a
     *     tool's parameters or the JSON schema can't be made a grammar
     */
    public AnswerFormat answerFormat(List<ChatMessage> messages, ChatOptions chat) {
        return answerFormat(ChatJson.messages(messages), chat);
    }

    /** The same for messages as clients send them: a JSON array of objects. */
    public AnswerFormat answerFormat(String messages, ChatOptions chat) {
        return answerFormat(ChatJson.array("messages", Objects.requireNonNull(messages, "messages")), chat);
    }

    private AnswerFormat answerFormat(ArrayNode messages, ChatOptions chat) {
        Objects.requireNonNull(chat, "chat");
        String request = ChatJson.formatRequest(messages, chat, options);
        return using(() -> new AnswerFormat(this, EngineAnswerFormat.open(engine, request)), this);
    }

    private String templateSource() {
        ChatTemplate given = options.chatTemplate();
        return given == null ? "the chat template of " + path : given.source();
    }

    /**
     * Tokens of {@link #chat}: special tokens where the template wrote them, none in messages' contents
     * ("&lt;|im_end|&gt;" in a message is text of several tokens), one BOS at most whether or not the template writes
     * one, and no EOS because the tokenizer adds it.
     */
    public int[] chatTokens(List<ChatMessage> messages, boolean addAssistant) {
        return chatTokens(chatText(messages, addAssistant));
    }

    /** The same with tools, variables of the template, or another time. */
    public int[] chatTokens(List<ChatMessage> messages, ChatOptions chat) {
        return chatTokens(chatText(messages, chat));
    }

    /** Tokens of a text that {@link #chatText} made. */
    public int[] chatTokens(ChatText text) {
        return using(() -> engine.tokenize(text), this);
    }

    /** Opens a session. */
    public TargetSession newSession(SessionOptions options) {
        Objects.requireNonNull(options, "options");
        return using(() -> new TargetSession(this, EngineSession.open(engine, options, this.options)), this);
    }

    /**
     * Rewrites a GGUF with another type of weights; to a temporary file first, then renamed.
     *
     * @param threads 1..512, or 0 = as many as there are cores
     */
    public static void requantize(Path in, Path out, Quantization type, int threads) {
        Arguments.inRange("threads", threads, 0, 512);
        EngineTarget.requantize(in.toString(), out.toString(), type.name(), threads);
    }

    /** What its tokens stand for; thread-safe, also after this handle is closed. */
    public Vocabulary vocabulary() {
        return new Vocabulary(engine);
    }

    /** For what keeps this model alive: usable even after {@link #close()}. */
    EngineTarget engine() {
        return engine;
    }

    @Override
    protected void free() {
        engine.free();
        if (ownsDevice) {
            device.close();
        }
    }
}
