package org.gto4j.data;

import java.time.Instant;
import org.gto4j.error.GtoException;
import org.gto4j.model.SamplerOptions;
import org.jspecify.annotations.Nullable;

/**
 * How {@link SelfPrompts} samples.
 *
 * @param count prompts wanted, at least 1
 * @param slots texts sampled at once, 1..255
 * @param maxTokens a longer prompt is junk, at least 1
 * @param sampler how to draw (not greedy, or all would be one); attempt n's random stream is derived from its seed and
 *     n
 * @param deadline stop then with what there is; null = never
 */
public record SelfPromptOptions(
        int count,
        int slots,
        int maxTokens,
        SamplerOptions sampler,
        @Nullable Instant deadline) {
    /** Checks the ranges. */
    public SelfPromptOptions {
        if (count < 1
                || slots < 1
                || slots > RegenerationOptions.MOST_SLOTS
                || maxTokens < 1
                || sampler.temperature() == 0) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "self-written prompts: expected count >= 1, slots 1.." + RegenerationOptions.MOST_SLOTS
                            + ", maxTokens >= 1 and a temperature "
                            + "above 0, found " + count + ", " + slots + ", " + maxTokens + ", "
                            + sampler.temperature());
        }
    }

    /** The defaults: 32 slots, 160 tokens, temperature 0.8, top-k 100, top-p 0.95, no deadline. */
    public static SelfPromptOptions of(int count, int seed) {
        return new SelfPromptOptions(
                count,
                32,
                160,
                SamplerOptions.builder()
                        .temperature(0.8f)
                        .topK(100)
                        .topP(0.95f)
                        .seed(seed)
                        .build(),
                null);
    }

    /** The same with a deadline. */
    public SelfPromptOptions until(@Nullable Instant when) {
        return new SelfPromptOptions(count, slots, maxTokens, sampler, when);
    }
}
