package org.gto4j.it.train;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.it.data.TinyPrompts;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;

/** A corpus that a tiny target wrote. */
public final class TinyCorpus {
    private TinyCorpus() {}

    /** Opens the corpus of a folder; writes it the first time. */
    public static Corpus greedy(Path folder, TargetModel target, int prompts, int responseTokens) {
        return write(folder, target, prompts, responseTokens, SamplerOptions.greedy());
    }

    public static Corpus sampled(Path folder, TargetModel target, int prompts, int responseTokens, float temperature) {
        return write(
                folder,
                target,
                prompts,
                responseTokens,
                SamplerOptions.builder().temperature(temperature).seed(3).build());
    }

    private static Corpus write(
            Path folder, TargetModel target, int prompts, int responseTokens, SamplerOptions sampler) {
        Corpus corpus = Corpus.open(folder, target);
        Regenerator.run(
                target,
                TinyPrompts.of(prompts),
                corpus,
                RegenerationOptions.builder()
                        .slots(8)
                        .maxPromptTokens(64)
                        .maxResponseTokens(responseTokens)
                        .sampler(sampler)
                        .build(),
                progress -> {});
        return corpus;
    }
}
