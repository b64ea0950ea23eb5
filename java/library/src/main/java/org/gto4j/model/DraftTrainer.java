package org.gto4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of the training-time test (TTT) and of the policy term, and AdamW. Changes the draft's weights, which it
 * keeps until it is closed, even if the draft was closed before. A draft has one open trainer at most. One thread at a
 * time.
 */
public final class DraftTrainer extends NativeHandle {
    private final EngineTrainer engine;
    private final DraftModel draft;

    private DraftTrainer(TargetModel target, DraftModel draft, EngineTrainer engine) {
        super("DraftTrainer of " + target.path(), Sharing.EXCLUSIVE, target, draft);
        this.engine = engine;
        this.draft = draft;
    }

    /**
     * Opens a trainer; reads the target's file for its head rows. Kind ARGUMENT if another trainer of this draft is
     * open.
     */
    public static DraftTrainer open(TargetModel target, DraftModel draft, AdamW options) {
        Objects.requireNonNull(options, "options");
        return using(
                () -> new DraftTrainer(target, draft, EngineTrainer.open(target.engine(), draft.engine(), options)),
                target,
                draft);
    }

    /**
     * What a trainer takes: exactly what is allocated for one sequence of {@code tokens} tokens, all of it response,
     * and no less than for any other micro-batch of as many tokens.
     *
     * @param draftVocabulary tokens that the draft can propose, 1..the target's
     * @param contextVocabulary whether it has a context vocabulary, too; then for a text of tokens that it otherwise
     *     lacks, no two of them the same
     * @param tokens of a micro-batch, at least 2
     * @param steps TTT passes, 1..16
     */
    public static TrainingMemory plan(
            TargetModel target, int draftVocabulary, boolean contextVocabulary, AdamW options, int tokens, int steps) {
        Objects.requireNonNull(options, "options");
        return using(
                () -> EngineTrainer.plan(target.engine(), draftVocabulary, contextVocabulary, options, tokens, steps),
                target);
    }

    /**
     * The same for a target that isn't there, whose draft would compute on the device.
     *
     * @param target its sizes; its embedding is taken to be in 16 bits
     * @param draftVocabulary tokens that the draft can propose, 1..the target's
     * @param contextVocabulary whether it has a context vocabulary, too; then for a text of tokens that it otherwise
     *     lacks, no two of them the same
     * @param tokens of a micro-batch, at least 2
     * @param steps TTT passes, 1..16
     */
    public static TrainingMemory plan(
            Device device,
            TargetInfo target,
            int draftVocabulary,
            boolean contextVocabulary,
            AdamW options,
            int tokens,
            int steps) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(options, "options");
        return using(
                () -> EngineTrainer.plan(
                        device.engine(), target, draftVocabulary, contextVocabulary, options, tokens, steps),
                device);
    }

    /** What this trainer and its draft have allocated so far. */
    public TrainingMemory memory() {
        return using(engine::memory, this);
    }

    /**
     * Forward and backward of a micro-batch: adds to the gradients. Kind NUMERIC if the loss isn't finite (gradients
     * are zeroed).
     */
    public TrainingBatchResult accumulate(TrainingBatch batch) {
        return using(() -> draft.reading(() -> engine.accumulate(batch)), handles(batch));
    }

    /** The same figures without gradients. */
    public TrainingBatchResult evaluate(TrainingBatch batch) {
        return using(() -> draft.reading(() -> engine.evaluate(batch)), handles(batch));
    }

    private @Nullable NativeHandle[] handles(TrainingBatch batch) {
        List<TrainingBatch.Sequence> sequences = batch.sequences();
        NativeHandle[] handles = new NativeHandle[sequences.size() + 1];
        handles[0] = this;
        for (int i = 0; i < sequences.size(); i++) {
            handles[i + 1] = sequences.get(i).features();
        }
        return handles;
    }

    /**
     * The policy term along explicit paths, which need not be the text: adds the gradient of -sum weight * log M(token
     * | row, earlier path tokens).
     *
     * @param features of the sequence, with hidden states
     * @param tokens the sequence x[0..L-1]
     * @param rows trunk row below which each path starts
     * @param paths tokens of each path, target ids
     * @param weights one a path token
     * @return log M of all path tokens, concatenated
     */
    public float[] accumulatePaths(Features features, int[] tokens, int[] rows, int[][] paths, float[][] weights) {
        Arguments.length("paths", paths.length, rows.length);
        Arguments.length("weights", weights.length, rows.length);
        for (int i = 0; i < paths.length; i++) {
            Arguments.length("weights of path " + i, weights[i].length, paths[i].length);
        }
        return using(
                () -> draft.reading(() -> engine.accumulatePaths(features.engine(), tokens, rows, paths, weights)),
                this,
                features);
    }

    /**
     * The same along the paths of trees: adds the gradient of -sum weight * log M(token | row, tokens above) over their
     * nodes.
     *
     * @param features of the sequence, with hidden states
     * @param tokens the sequence x[0..L-1]
     * @param rows trunk row below which each tree hangs, ascending
     * @param trees one a row; no node deeper than {@link TrainingBatch#MAX_PASSES}
     * @param weights one a node
     * @return log M of all nodes, concatenated
     */
    public float[] accumulateTrees(
            Features features, int[] tokens, int[] rows, List<DraftTree> trees, float[][] weights) {
        Arguments.length("trees", trees.size(), rows.length);
        Arguments.length("weights", weights.length, rows.length);
        for (int i = 0; i < weights.length; i++) {
            Arguments.length(
                    "weights of tree " + i, weights[i].length, trees.get(i).size());
        }
        return using(
                () -> draft.reading(() -> engine.accumulateTrees(features.engine(), tokens, rows, trees, weights)),
                this,
                features);
    }

    /**
     * Clips the gradient, makes one AdamW step and zeroes the gradients. Kind NUMERIC if the norm isn't finite (nothing
     * is updated).
     *
     * @param learningRate at least 0
     * @param clip largest global norm, 0 = off
     * @return the norm before clipping
     */
    public float step(float learningRate, float clip) {
        return using(() -> draft.writing(() -> engine.step(learningRate, clip)), this);
    }

    /** Zeroes the gradients. */
    public void zero() {
        using(engine::zero, this);
    }

    /** Updates made so far. */
    public long steps() {
        return using(engine::steps, this);
    }

    /** A copy of a tensor's gradient, in the shape of {@link DraftModel#tensor}. For tests. */
    public float[] gradient(String tensor) {
        int index = draft.tensorIndex(tensor);
        return using(() -> engine.gradient(index, Math.toIntExact(draft.engine().tensorSize(index))), this);
    }

    /** Writes weights, moments and step count, exactly; to a temporary file first, then renamed. */
    public void saveState(Path file) {
        using(() -> draft.reading(() -> engine.saveState(file.toString())), this);
    }

    /** Reads what {@link #saveState} wrote. Kind FORMAT if it belongs to a draft of other shapes. */
    public void loadState(Path file) {
        using(() -> draft.writing(() -> engine.loadState(file.toString())), this);
    }

    @Override
    protected void free() {
        engine.free();
    }
}
