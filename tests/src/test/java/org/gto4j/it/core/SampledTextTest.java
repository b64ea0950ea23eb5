package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;

/**
 * A walk draws once for each token it emits, in order, and so does plain decoding: one seed gives one text, with any
 * sampler chain, with or without a draft.
 */
class SampledTextTest {
    @Test
    void oneSeedGivesOneText() {
        try (TargetModel target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
                DraftModel draft = TinyModels.randomDraft(target, 7);
                TreeDecoder tree = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(new DynamicTree(4, 5, 20))
                        .context(128)
                        .f32Cache(true)
                        .build();
                TreeDecoder plain =
                        TreeDecoder.builder(target).context(128).f32Cache(true).build()) {
            int accepted = 0;
            Set<String> texts = new HashSet<>();
            for (int seed = 0; seed < 60; seed++) {
                SamplerOptions sampler = chains(seed).get(seed % chains(seed).size());
                GenerationOptions options = GenerationOptions.builder()
                        .maxTokens(40)
                        .sampler(sampler)
                        .build();
                int[] prompt = Prompts.random(target, 1, seed / 10).get(0);
                var with = tree.generate(prompt, options);
                assertArrayEquals(plain.generate(prompt, options).tokens(), with.tokens(), "seed " + seed);
                accepted += Arrays.stream(with.statistics().acceptedPerCycle()).sum();
                texts.add(with.text());
            }
            assertTrue(accepted > 100, "paths were accepted: " + accepted);
            assertTrue(texts.size() > 40, "seeds differ: " + texts.size());
        }
    }

    private static List<SamplerOptions> chains(int seed) {
        return List.of(
                SamplerOptions.builder().temperature(1).seed(seed).build(),
                SamplerOptions.builder().temperature(0.7f).topK(5).seed(seed).build(),
                SamplerOptions.builder()
                        .temperature(1.2f)
                        .topP(0.9f)
                        .minP(0.05f)
                        .seed(seed)
                        .build(),
                SamplerOptions.builder()
                        .temperature(0.9f)
                        .typicalP(0.8f)
                        .seed(seed)
                        .build(),
                SamplerOptions.builder()
                        .temperature(1)
                        .penalties(16, 1.3f, 0.2f, 0.1f)
                        .seed(seed)
                        .build());
    }
}
