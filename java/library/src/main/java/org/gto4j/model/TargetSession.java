package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.gto4j.common.Arguments;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * A libllama context of the target: keys and values of up to {@link SessionOptions#sequences()} sequences in one cache.
 * Rows of the last decode are named by their index, 0-based, until the next one. One thread at a time.
 */
public final class TargetSession extends NativeHandle {
    private final EngineSession engine;
    private final int vocabulary;

    TargetSession(TargetModel target, EngineSession engine) {
        super("TargetSession of " + target.path(), Sharing.EXCLUSIVE, target);
        this.engine = engine;
        vocabulary = target.info().vocabulary();
    }

    /**
     * Decodes n rows in one pass of the target. Kind CONTEXT if there is no room (nothing was decoded then).
     *
     * @param tokens n tokens
     * @param positions n positions, 0-based
     * @param sequences for each row the ids of the sequences that it belongs to, at least one
     * @param output for each row whether its logits (and hidden state) are wanted
     */
    public void decode(int[] tokens, int[] positions, int[][] sequences, boolean[] output) {
        Arguments.length("positions", positions.length, tokens.length);
        Arguments.length("sequences", sequences.length, tokens.length);
        Arguments.length("output", output.length, tokens.length);
        using(() -> engine.decode(tokens, positions, sequences, output), this);
    }

    /**
     * Decodes consecutive tokens of one sequence. There may be more than a batch holds; then only the last part's rows
     * can be read afterwards, which is what {@code capture} and {@code argmax} are for.
     *
     * @param sequence sequence id
     * @param position of the first token
     * @param tokens at least one
     * @param outputFrom first row with output; tokens.length = none
     * @param capture receives the features of all rows, or null
     * @param argmax tokens.length entries: receives the target's argmax after each row, -1 for rows without output; or
     *     null
     */
    public void prefill(
            int sequence,
            int position,
            int[] tokens,
            int outputFrom,
            @Nullable Features capture,
            int @Nullable [] argmax) {
        Arguments.atLeast("number of tokens", tokens.length, 1);
        Arguments.inRange("outputFrom", outputFrom, 0, tokens.length);
        if (argmax != null) {
            Arguments.length("argmax", argmax.length, tokens.length);
        }
        using(
                () -> engine.prefill(
                        sequence, position, tokens, outputFrom, capture == null ? null : capture.engine(), argmax),
                this,
                capture);
    }

    /**
     * Draws one token from each row's logits; the samplers remember what they drew.
     *
     * @param rows rows with output
     * @param samplers one a row
     */
    public int[] sample(int[] rows, Sampler[] samplers) {
        Arguments.length("samplers", samplers.length, rows.length);
        NativeHandle[] handles = new NativeHandle[samplers.length + 1];
        handles[0] = this;
        EngineSampler[] chains = new EngineSampler[samplers.length];
        for (int i = 0; i < samplers.length; i++) {
            handles[i + 1] = Objects.requireNonNull(samplers[i], "sampler");
            chains[i] = samplers[i].engine();
        }
        return using(() -> engine.sample(rows, chains), handles);
    }

    /** The most probable token of each row; ties go to the lowest id. */
    public int[] argmax(int[] rows) {
        return using(() -> engine.argmax(rows), this);
    }

    /**
     * softmax(logits of rows[i] / temperature)[tokens[i]] for each i. Cheapest if equal rows stand together.
     *
     * @param temperature at least 0; 0 gives 1 for the argmax, else 0
     */
    public float[] probabilities(int[] rows, int[] tokens, float temperature) {
        Arguments.length("tokens", tokens.length, rows.length);
        return using(() -> engine.probabilities(rows, tokens, temperature), this);
    }

    /** Logits of a row, one a token of the vocabulary. For tests. */
    public float[] logits(int row) {
        return using(() -> engine.logits(row, vocabulary), this);
    }

    /** Appends the features of rows of the last decode. */
    public void capture(int[] rows, Features into) {
        using(() -> engine.capture(rows, into.engine()), this, into);
    }

    /**
     * Lets sequence {@code to} share the cells of {@code from} at positions {@code p0 <= p < p1}; p1 below 0 means to
     * the end.
     */
    public void copySequence(int from, int to, int p0, int p1) {
        using(() -> engine.copySequence(from, to, p0, p1), this);
    }

    /** Forgets positions {@code p0 <= p < p1} of a sequence; p1 below 0 means to the end. */
    public void remove(int sequence, int p0, int p1) {
        using(() -> engine.remove(sequence, p0, p1), this);
    }

    /** Forgets everything. */
    public void clear() {
        using(engine::clear, this);
    }

    /** KV cells, shared by all sequences. */
    public int context() {
        return using(engine::context, this);
    }

    /**
     * One verification cycle: evaluates the root and all nodes in one pass of the target, then walks down from the
     * root. At each node the sampler draws the target's own next token; if a child holds it, that child is accepted and
     * the walk goes on. Where a node has a drawn child, that one is accepted or the token is drawn as
     * {@link org.gto4j.tree.DrawnChild} says. So every token is a draw from the target's own distribution. Afterwards
     * the sequence holds the root and the accepted nodes.
     *
     * @param sequence holds positions 0..position-1
     * @param position of the root
     * @param root token drawn, but not yet decoded
     * @param tree nodes below the root, none of them a drawn child; empty = plain decoding. Leaves at most sequences -
     *     1
     * @param sampler draws
     * @param features receives rows of the root and of the accepted nodes, or null
     */
    public Verification verify(
            int sequence, int position, int root, DraftTree tree, Sampler sampler, @Nullable Features features) {
        Arguments.check(!tree.hasDrawn(), "the tree has drawn children: a TreeRequest says where their draws are");
        return using(
                () -> engine.verify(
                        sequence,
                        position,
                        root,
                        tree.tokens(),
                        tree.parents(),
                        sampler.engine(),
                        features == null ? null : features.engine()),
                this,
                sampler,
                features);
    }

    /** The same of a request, whose tree may have drawn children. */
    public Verification verify(TreeRequest request) {
        if (request.drawn() == null) {
            return verify(
                    request.sequence(),
                    request.position(),
                    request.root(),
                    request.tree(),
                    request.sampler(),
                    request.features());
        }
        TreeOutcome outcome = verify(List.of(request)).get(0);
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
        return Objects.requireNonNull(outcome.verification());
    }

    /** Time of its native calls so far. */
    public NativeTimes.Target times() {
        return using(engine::times, this);
    }

    /**
     * One verification cycle of several sequences, each a different one, in one pass of the target: {@link #verify} for
     * each. A request whose walk fails keeps its past and nothing more, and the others don't notice. Kind ARGUMENT if
     * rows or leaves are too many for one pass, CONTEXT if there is no room; then nothing has changed.
     *
     * @param requests at least one
     */
    public List<TreeOutcome> verify(List<TreeRequest> requests) {
        NativeHandle[] handles = Stream.concat(
                        Stream.of(this),
                        requests.stream()
                                .flatMap(request -> Stream.of(request.sampler(), request.features(), request.drawn())))
                .toArray(NativeHandle[]::new);
        return using(() -> engine.verify(requests), handles);
    }

    @Override
    protected void free() {
        engine.free();
    }
}
