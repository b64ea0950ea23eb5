package org.gto4j.it.core;

import java.util.Map;
import org.gto4j.BatchDecoder;
import org.gto4j.GenerationOptions;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;

/**
 * A target and a draft so small that thousands of passes are a matter of seconds, and texts that don't end of
 * themselves.
 */
record TinyBatch(TargetModel target, DraftModel draft) implements AutoCloseable {
    static final int CONTEXT = 4096;
    private static final int END = 13;

    static TinyBatch open() {
        TargetModel target = TinyModels.open(
                "--vocab",
                "14",
                "--seed",
                "5",
                "--scale",
                "2",
                "--embd",
                "16",
                "--heads",
                "2",
                "--kv-heads",
                "1",
                "--ff",
                "16",
                "--layers",
                "3");
        return new TinyBatch(target, TinyModels.randomDraft(target, 7));
    }

    BatchDecoder.Builder builder() {
        return BatchDecoder.builder(target)
                .draft(draft)
                .policy(new DynamicTree(3, 2, 6))
                .context(CONTEXT)
                .f32Cache(true);
    }

    /** Without the end token, so that a text is as long as it may be. */
    static GenerationOptions.Builder options(int tokens) {
        return GenerationOptions.builder()
                .maxTokens(tokens)
                .sampler(SamplerOptions.builder()
                        .temperature(1)
                        .logitBias(Map.of(END, Float.NEGATIVE_INFINITY))
                        .build());
    }

    @Override
    public void close() {
        draft.close();
        target.close();
    }
}
