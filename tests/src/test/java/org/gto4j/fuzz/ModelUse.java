package org.gto4j.fuzz;

import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.model.AdamW;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;
import org.gto4j.tree.DynamicTree;
import org.jspecify.annotations.Nullable;

/** A short real use of models. */
final class ModelUse {
    private static final int TOKENS = 4;
    private static final int ROWS = 6;

    private ModelUse() {}

    /** Tokenises, and asks what the model says of itself. */
    static void read(TargetModel target) {
        target.description();
        target.text(target.tokenize("A tree, 12 leaves and Größe 日本.\n", true, true));
        if (target.chatTemplate().isPresent()) {
            target.chatTokens(List.of(ChatMessage.user("What is a tree?")), true);
        }
        for (int token = 0; token < Math.min(8, target.info().vocabulary()); token++) {
            target.tokenBytes(token, true);
            target.isEnd(token);
        }
    }

    /** A few tokens with trees, or without where there is no draft. */
    static void decode(TargetModel target, @Nullable DraftModel draft, @Nullable String grammar, float temperature) {
        SamplerOptions sampler = SamplerOptions.builder()
                .temperature(temperature)
                .seed(1)
                .grammar(grammar)
                .build();
        TreeDecoder.Builder builder = TreeDecoder.builder(target).draft(draft).context(64);
        try (TreeDecoder decoder = (draft == null ? builder : builder.policy(new DynamicTree(3, 3, 8))).build()) {
            decoder.generate(
                    new int[] {1, 2, 3},
                    GenerationOptions.builder()
                            .maxTokens(TOKENS)
                            .sampler(sampler)
                            .build());
        }
    }

    /** One step on features that are all alike. */
    static void train(TargetModel target, DraftModel draft) {
        int hidden = target.info().hidden();
        try (Features features = Features.create(3, hidden, true, Features.Type.F16);
                DraftTrainer trainer =
                        DraftTrainer.open(target, draft, AdamW.builder().build())) {
            float[] rows = new float[ROWS * 4 * hidden];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (i % 7 - 3) / 4f;
            }
            features.append(rows);
            int[] tokens = new int[ROWS];
            int[] argmax = new int[ROWS];
            boolean[] mask = new boolean[ROWS];
            for (int i = 0; i < ROWS; i++) {
                tokens[i] = i % target.info().vocabulary();
                mask[i] = i > 1;
            }
            trainer.accumulate(TrainingBatch.builder()
                    .sequences(List.of(new TrainingBatch.Sequence(features, tokens, mask, argmax, null)))
                    .passes(2)
                    .build());
            trainer.step(1e-3f, 1);
        }
    }
}
