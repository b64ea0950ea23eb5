package org.gto4j.model;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_batch;
import org.gto4j.engine.gto_batch_result;
import org.gto4j.engine.gto_features;
import org.gto4j.engine.gto_target_info;
import org.gto4j.engine.gto_trainer;
import org.gto4j.engine.gto_trainer_options;
import org.gto4j.engine.gto_training_memory;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/** Native side of {@link DraftTrainer}. */
final class EngineTrainer {
    private final gto_trainer handle;

    private EngineTrainer(gto_trainer handle) {
        this.handle = handle;
    }

    static EngineTrainer open(EngineTarget target, EngineDraft draft, AdamW options) {
        gto_trainer trainer = new gto_trainer();
        try (gto_trainer_options o = marshal(options)) {
            Engine.check(gto4j.gto_trainer_open(target.handle, draft.handle, o, trainer));
        }
        return new EngineTrainer(trainer);
    }

    private static gto_trainer_options marshal(AdamW options) {
        return gto4j.gto_trainer_options_default()
                .beta1(options.beta1())
                .beta2(options.beta2())
                .epsilon(options.epsilon())
                .weight_decay(options.weightDecay())
                .chunk_rows(options.chunkRows())
                .precision(code(options.precision()));
    }

    private static int code(Precision precision) {
        return switch (precision) {
            case AUTO -> gto4j.GTO_PRECISION_AUTO;
            case F32 -> gto4j.GTO_PRECISION_F32;
            case BF16 -> gto4j.GTO_PRECISION_BF16;
        };
    }

    static TrainingMemory plan(
            EngineTarget target, int draftVocabulary, boolean contextVocabulary, AdamW options, int tokens, int steps) {
        try (gto_trainer_options o = marshal(options);
                gto_training_memory memory = new gto_training_memory()) {
            Engine.check(gto4j.gto_trainer_plan_memory(
                    target.handle, draftVocabulary, contextVocabulary, o, tokens, steps, memory));
            return unmarshal(memory);
        }
    }

    static TrainingMemory plan(
            EngineDevice device,
            TargetInfo target,
            int draftVocabulary,
            boolean contextVocabulary,
            AdamW options,
            int tokens,
            int steps) {
        try (gto_trainer_options o = marshal(options);
                gto_target_info info = new gto_target_info();
                gto_training_memory memory = new gto_training_memory()) {
            info.n_vocab(target.vocabulary())
                    .n_embd(target.hidden())
                    .n_head(target.heads())
                    .n_head_kv(target.kvHeads())
                    .head_dim(target.headDim())
                    .n_ff(target.feedForward());
            Engine.check(gto4j.gto_trainer_plan_memory_of(
                    device.handle, info, draftVocabulary, contextVocabulary, o, tokens, steps, memory));
            return unmarshal(memory);
        }
    }

    TrainingMemory memory() {
        try (gto_training_memory memory = new gto_training_memory()) {
            Engine.check(gto4j.gto_trainer_memory(handle, memory));
            return unmarshal(memory);
        }
    }

    private static TrainingMemory unmarshal(gto_training_memory m) {
        return new TrainingMemory(
                m.n_params(),
                m.weights(),
                m.embedding(),
                m.target_head(),
                m.gradient(),
                m.moments(),
                m.activations(),
                m.packed());
    }

    TrainingBatchResult accumulate(TrainingBatch batch) {
        try (PointerScope scope = new PointerScope()) {
            gto_batch_result result = new gto_batch_result();
            Engine.check(gto4j.gto_trainer_accumulate(handle, marshal(batch), result));
            return unmarshal(result, batch.passes());
        }
    }

    TrainingBatchResult evaluate(TrainingBatch batch) {
        try (PointerScope scope = new PointerScope()) {
            gto_batch_result result = new gto_batch_result();
            Engine.check(gto4j.gto_trainer_evaluate(handle, marshal(batch), result));
            return unmarshal(result, batch.passes());
        }
    }

    /** All that the struct points to belongs to the caller's scope. */
    private static gto_batch marshal(TrainingBatch batch) {
        List<TrainingBatch.Sequence> sequences = batch.sequences();
        int[][] tokens = sequences.stream().map(TrainingBatch.Sequence::tokens).toArray(int[][]::new);
        int[][] argmax = sequences.stream().map(TrainingBatch.Sequence::argmax).toArray(int[][]::new);
        gto_features[] features = sequences.stream()
                .map(sequence -> sequence.features().engine().handle)
                .toArray(gto_features[]::new);
        gto_batch b = new gto_batch();
        b.n_sequences(sequences.size());
        b.features(new PointerPointer<>(features));
        b.lengths(new IntPointer(
                Arrays.stream(tokens).mapToInt(list -> list.length).toArray()));
        b.tokens(new IntPointer(Engine.concatenated(tokens)));
        b.loss_mask(new BytePointer(lossMask(
                sequences, Arrays.stream(tokens).mapToInt(list -> list.length).sum())));
        b.argmax(new IntPointer(Engine.concatenated(argmax)));
        b.n_passes(batch.passes());
        b.step_decay(batch.stepDecay());
        b.miss_decay(batch.missDecay());
        b.keep_top_k(batch.keepTopK());
        b.mean_over_all(batch.meanOverAll());
        b.loss(
                switch (batch.loss().kind()) {
                    case CROSS_ENTROPY -> gto4j.GTO_LOSS_CROSS_ENTROPY;
                    case FORWARD_KL -> gto4j.GTO_LOSS_FORWARD_KL;
                    case TOTAL_VARIATION -> gto4j.GTO_LOSS_TOTAL_VARIATION;
                    case LK_ALPHA -> gto4j.GTO_LOSS_LK_ALPHA;
                    case LK_LAMBDA -> gto4j.GTO_LOSS_LK_LAMBDA;
                });
        b.loss_eta(batch.loss().eta());
        b.hard_label_share(batch.loss().hardLabelShare());
        b.token_weight(batch.tokenWeight());
        b.policy_weight(policyWeights(sequences, batch.passes()));
        return b;
    }

    private static byte[] lossMask(List<TrainingBatch.Sequence> sequences, int tokens) {
        byte[] mask = new byte[tokens];
        int at = 0;
        for (TrainingBatch.Sequence sequence : sequences) {
            for (boolean inResponse : sequence.lossMask()) {
                mask[at++] = (byte) (inResponse ? 1 : 0);
            }
        }
        return mask;
    }

    /** [sum of lengths][steps], zeros for sequences without policy weights; null if none has any. */
    private static @Nullable FloatPointer policyWeights(List<TrainingBatch.Sequence> sequences, int steps) {
        if (sequences.stream().allMatch(sequence -> sequence.policyWeights() == null)) {
            return null;
        }
        float[][] rows = sequences.stream()
                .flatMap(sequence -> {
                    float[][] weights = sequence.policyWeights();
                    return Arrays.stream(weights == null ? new float[sequence.tokens().length][steps] : weights);
                })
                .toArray(float[][]::new);
        return new FloatPointer(Engine.concatenated(rows));
    }

    private static TrainingBatchResult unmarshal(gto_batch_result result, int steps) {
        int[] pairs = new int[steps];
        int[] unmasked = new int[steps];
        int[] correct = new int[steps];
        int[] kept = new int[steps];
        double[] loss = new double[steps];
        double[] acceptance = new double[steps];
        double[] policy = new double[steps];
        result.pairs().get(pairs);
        result.unmasked().get(unmasked);
        result.correct().get(correct);
        result.kept().get(kept);
        result.loss().get(loss);
        result.acceptance().get(acceptance);
        result.policy().get(policy);
        return new TrainingBatchResult(pairs, unmasked, correct, kept, loss, acceptance, policy, result.objective());
    }

    float[] accumulatePaths(EngineFeatures features, int[] tokens, int[] rows, int[][] paths, float[][] weights) {
        int[] begins = Engine.begins(paths);
        float[] logProbs = new float[begins[paths.length]];
        Engine.check(gto4j.gto_trainer_accumulate_paths(
                handle,
                features.handle,
                tokens.length,
                tokens,
                paths.length,
                rows,
                begins,
                Engine.concatenated(paths),
                Engine.concatenated(weights),
                logProbs));
        return logProbs;
    }

    float[] accumulateTrees(
            EngineFeatures features, int[] tokens, int[] rows, List<DraftTree> trees, float[][] weights) {
        int[][] nodes = trees.stream().map(DraftTree::tokens).toArray(int[][]::new);
        int[] begins = Engine.begins(nodes);
        float[] logProbs = new float[begins[nodes.length]];
        Engine.check(gto4j.gto_trainer_accumulate_trees(
                handle,
                features.handle,
                tokens.length,
                tokens,
                nodes.length,
                rows,
                begins,
                Engine.concatenated(trees.stream().map(DraftTree::parents).toArray(int[][]::new)),
                Engine.concatenated(nodes),
                Engine.concatenated(weights),
                logProbs));
        return logProbs;
    }

    float step(float learningRate, float clip) {
        float[] norm = {0};
        Engine.check(gto4j.gto_trainer_step(handle, learningRate, clip, norm));
        return norm[0];
    }

    void zero() {
        Engine.check(gto4j.gto_trainer_zero(handle));
    }

    long steps() {
        return gto4j.gto_trainer_steps(handle);
    }

    float[] gradient(int index, int size) {
        float[] gradient = new float[size];
        Engine.check(gto4j.gto_trainer_gradient(handle, index, gradient));
        return gradient;
    }

    void saveState(String path) {
        Engine.check(gto4j.gto_trainer_save_state(handle, path));
    }

    void loadState(String path) {
        Engine.check(gto4j.gto_trainer_load_state(handle, path));
    }

    void free() {
        gto4j.gto_trainer_free(handle);
    }
}
