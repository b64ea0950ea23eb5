package org.gto4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;

/**
 * The draft: an EAGLE-3 net (arXiv 2503.01840) for one target, weights in F32. Thread-safe: a call that writes weights
 * ({@link #fitScale}, {@link #setTensor}, {@link #writeTensor} and those of a {@link DraftTrainer}) runs alone, calls
 * that read them beside each other. So a session that drafts while another thread trains meets the weights as they are
 * between two calls of the trainer, never in the middle of one; a session with rounded weights keeps those that it was
 * opened with.
 */
public final class DraftModel extends NativeHandle {
    private final EngineDraft engine;
    private final TargetModel target;
    private final DraftInfo info;
    private final List<String> tensorNames;
    /** Who holds it takes no other lock. */
    private final ReadWriteLock weights = new ReentrantReadWriteLock(true);

    private volatile DraftWeights decodingWeights;

    private DraftModel(TargetModel target, EngineDraft engine) {
        super("DraftModel of " + target.path(), Sharing.CONCURRENT, target);
        this.engine = engine;
        this.target = target;
        info = engine.info();
        decodingWeights = DraftWeights.of(info.parameters());
        tensorNames = engine.tensorNames();
    }

    /**
     * A new draft. Reads the target's file for the embedding and, with {@link DraftConfig.Init#TARGET}, for first
     * weights.
     */
    public static DraftModel create(TargetModel target, DraftConfig config) {
        Objects.requireNonNull(config, "config");
        return using(() -> new DraftModel(target, EngineDraft.create(target.engine(), config)), target);
    }

    /**
     * A draft whose weights come from elsewhere: all are 0, an embedding of its own, too. {@link #writeTensor} and
     * {@link #writeEmbedding} fill them in.
     *
     * @param vocabulary target ids of the draft's vocabulary, ascending
     * @param targetHead whether the head begins as the target's rows of the vocabulary
     * @throws GtoException ARGUMENT: the net isn't one, or not for this target; names what is out of range, or what a
     *     net of another width than the target's lacks
     */
    public static DraftModel create(TargetModel target, DraftNet net, int[] vocabulary, boolean targetHead) {
        Objects.requireNonNull(net, "net");
        int[] ids = vocabulary.clone();
        Arguments.atLeast("size of the draft vocabulary", ids.length, 1);
        return using(() -> new DraftModel(target, EngineDraft.create(target.engine(), net, ids, targetHead)), target);
    }

    /**
     * What {@link DraftConfig.Init#TARGET} takes from a target; the rest of a new draft is random.
     *
     * @throws GtoException FORMAT: no draft can be made for this target; the message says why
     */
    public static Set<DraftPart> partsOf(TargetModel target) {
        return using(() -> EngineDraft.parts(target.engine()), target);
    }

    /**
     * Loads a GGUF of architecture eagle3. A {@link GtoException} of kind FORMAT names what doesn't fit the target
     * (hidden size, vocabulary, taps), expected and found, or what of the net isn't supported.
     */
    public static DraftModel load(TargetModel target, Path gguf) {
        String file = gguf.toString();
        return using(() -> new DraftModel(target, EngineDraft.load(target.engine(), file)), target);
    }

    /** A deep copy, e.g. the frozen reference of Phase II. */
    public DraftModel copy() {
        DraftModel copy = using(() -> reading(() -> new DraftModel(target, engine.copy())), this);
        copy.decodingWeights = decodingWeights;
        return copy;
    }

    /**
     * Writes a GGUF that stock llama.cpp loads (--spec-type draft-eagle3); to a temporary file first, then renamed. The
     * draft's own file may be replaced; of a symbolic link the file that it leads to is; a pipe or a device is written
     * to.
     *
     * @throws GtoException ARGUMENT: {@code gguf} is a file of the target; NUMERIC: a weight isn't finite, or beyond
     *     F16; IO: can't be written
     */
    public void save(Path gguf, DraftFileType type) {
        Objects.requireNonNull(type, "type");
        String file = gguf.toString();
        using(() -> reading(() -> engine.save(file, type.name())), this);
    }

    /** Sizes. */
    public DraftInfo info() {
        return info;
    }

    /** The net, without its weights. */
    public DraftNet net() {
        return using(engine::net, this);
    }

    /** Draft id -> target id (d2t). */
    public int[] vocabulary() {
        return using(() -> engine.vocabulary(info.draftVocabulary()), this);
    }

    /** The tokens of the text that it may propose, too; empty: it proposes tokens of its own vocabulary alone. */
    public Optional<ContextVocabulary> contextVocabulary() {
        return using(() -> reading(engine::contextVocabulary), this);
    }

    /**
     * Lets sessions that are opened from now on, those of decoders and simulations among them, propose tokens of the
     * text so far that the draft's own vocabulary lacks. {@link #save} keeps the setting; stock llama.cpp doesn't read
     * it and drafts without. Training from then on knows these tokens
     * ({@link org.gto4j.train.TrainingOptions#contextVocabulary}). A draft that was trained for long without them
     * proposes worse with them than without.
     *
     * @throws GtoException FORMAT: the draft is of another width than the target, or the target's head can't be read
     */
    public void setContextVocabulary(ContextVocabulary vocabulary) {
        Objects.requireNonNull(vocabulary, "vocabulary");
        using(() -> writing(() -> engine.setContextVocabulary(Optional.of(vocabulary))), this);
    }

    /** Lets sessions that are opened from now on propose tokens of the draft's own vocabulary alone. */
    public void removeContextVocabulary() {
        using(() -> writing(() -> engine.setContextVocabulary(Optional.empty())), this);
    }

    /** What its weights are rounded to for decoding: Q4_0 if it has more than 32 million of them, else Q8_0. */
    public DraftWeights decodingWeights() {
        return decodingWeights;
    }

    /** Has sessions that are opened from now on, those of decoders and simulations among them, round to this. */
    public void setDecodingWeights(DraftWeights type) {
        decodingWeights = Objects.requireNonNull(type, "type");
    }

    /** The target it was made for. */
    public TargetModel target() {
        return target;
    }

    /**
     * Sets the scale of each feature channel to 1/RMS over the sample's rows; the function computed stays the same,
     * since fc is divided by the change. Call it once, before training.
     */
    public void fitScale(Features sample) {
        using(() -> writing(() -> engine.fitScale(sample.engine())), this, Objects.requireNonNull(sample, "sample"));
    }

    /** The scale of each feature channel; fc as a file has it is tensor "fc.weight" times it, by columns. */
    public float[] featureScale() {
        float[] scale = new float[3 * info.hidden()];
        using(() -> reading(() -> engine.scale(scale)), this);
        return scale;
    }

    /**
     * Copies values of the embedding that the draft uses, row-major (vocabulary x width of the net), from number
     * {@code first} (0-based) on: as many as {@code into} holds. Kind ARGUMENT: it hasn't as many.
     */
    public void readEmbedding(long first, float[] into) {
        using(() -> reading(() -> engine.getEmbedding(first, into)), this);
    }

    /**
     * Replaces values of an embedding of the draft's own from number {@code first} (0-based) on, rounded to its type,
     * before any session or trainer is opened. Kind ARGUMENT: it hasn't as many, or the draft uses the target's;
     * NUMERIC: a value isn't finite in its type.
     */
    public void writeEmbedding(long first, float[] values) {
        using(() -> writing(() -> engine.setEmbedding(first, values)), this);
    }

    /** Names of the trained tensors, as stock GGUF has them, e.g. "blk.0.attn_q.weight". */
    public List<String> tensorNames() {
        return tensorNames;
    }

    /** A copy of a tensor's values, row-major. */
    public float[] tensor(String name) {
        int index = tensorIndex(name);
        return using(() -> reading(() -> engine.tensor(index)), this);
    }

    /** Number of a tensor's values. */
    public long tensorSize(String name) {
        int index = tensorIndex(name);
        return using(() -> engine.tensorSize(index), this);
    }

    /**
     * Copies values of a tensor, row-major, from number {@code first} (0-based) on: as many as {@code into} holds. Kind
     * ARGUMENT: it hasn't as many.
     */
    public void readTensor(String name, long first, float[] into) {
        int index = tensorIndex(name);
        using(() -> reading(() -> engine.getValues(index, first, into)), this);
    }

    /** Replaces values of a tensor from number {@code first} (0-based) on. Kind ARGUMENT: it hasn't as many. */
    public void writeTensor(String name, long first, float[] values) {
        int index = tensorIndex(name);
        using(() -> writing(() -> engine.setValues(index, first, values)), this);
    }

    /** Replaces a tensor's values; the number must be the tensor's. */
    public void setTensor(String name, float[] values) {
        int index = tensorIndex(name);
        using(
                () -> writing(() -> {
                    Arguments.length("tensor " + name, values.length, engine.tensorSize(index));
                    engine.setTensor(index, values);
                }),
                this);
    }

    /**
     * Opens a session for growing trees.
     *
     * @param context trunk rows, at least 1
     * @param maxNodes nodes between two changes of the trunk, at least 1
     */
    public DraftSession newSession(int context, int maxNodes) {
        Arguments.atLeast("context", context, 1);
        Arguments.atLeast("maxNodes", maxNodes, 1);
        return using(() -> reading(() -> new DraftSession(this, engine.newSession(context, maxNodes))), this);
    }

    /**
     * Opens a session for growing trees of texts that are decoded. Products use a copy of the weights, taken now and
     * rounded to {@link #decodingWeights} (to 16 bits if the net's widths aren't multiples of 32): a quarter of the
     * memory traffic or less.
     */
    public DraftSession newDecodingSession(int context, int maxNodes) {
        Arguments.atLeast("context", context, 1);
        Arguments.atLeast("maxNodes", maxNodes, 1);
        DraftWeights rounded = decodingWeights;
        return using(() -> reading(() -> new DraftSession(this, engine.newSession(context, maxNodes, rounded))), this);
    }

    /**
     * Opens a session for growing trees of a draft in training.
     *
     * @param products what products round to. AUTO and BF16: to BF16 where the device has matrix instructions for it,
     *     with the weights as they are whenever the trunk grows; F32 elsewhere
     */
    public DraftSession newSession(int context, int maxNodes, Precision products) {
        Arguments.atLeast("context", context, 1);
        Arguments.atLeast("maxNodes", maxNodes, 1);
        return using(() -> reading(() -> new DraftSession(this, engine.newSession(context, maxNodes, products))), this);
    }

    int tensorIndex(String name) {
        int index = tensorNames.indexOf(name);
        Arguments.check(index >= 0, "no tensor %s in the draft; it has %s", name, tensorNames);
        return index;
    }

    /** For calls that read the weights, of all that keeps this draft alive: even after {@link #close()}. */
    <R> R reading(Supplier<R> call) {
        return holding(weights.readLock(), call);
    }

    /** {@link #reading(Supplier)} without a result. */
    void reading(Runnable call) {
        holding(weights.readLock(), resultless(call));
    }

    /** For calls that write the weights. */
    <R> R writing(Supplier<R> call) {
        return holding(weights.writeLock(), call);
    }

    /** {@link #writing(Supplier)} without a result. */
    void writing(Runnable call) {
        holding(weights.writeLock(), resultless(call));
    }

    private static <R> R holding(Lock lock, Supplier<R> call) {
        lock.lock();
        try {
            return call.get();
        } finally {
            lock.unlock();
        }
    }

    private static Supplier<?> resultless(Runnable call) {
        return () -> {
            call.run();
            return true;
        };
    }

    EngineDraft engine() {
        return engine;
    }

    @Override
    protected void free() {
        engine.free();
    }
}
