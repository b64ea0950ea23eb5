package org.gto4j.data;

import java.time.Instant;
import org.gto4j.error.GtoException;
import org.gto4j.model.SamplerOptions;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Regenerator} writes and {@link Prefiller} reads.
 *
 * @param slots texts written at once, 1..255
 * @param maxPromptTokens a longer prompt is left out, at least 1
 * @param maxResponseTokens a response is cut there, at least 1
 * @param sampler greedy, or how to draw; each prompt's random stream is derived from its seed and the prompt's number
 * @param batch most rows of one target pass, at least {@code slots}
 * @param tokenBudget stop when the corpus holds that many response tokens; 0 = no limit
 * @param promptBudget stop after that many prompts of the list; 0 = all
 * @param deadline stop then; null = never
 * @param reasoning whether the reasoning of a thinking model is trained
 * @param f32Cache keep the target's keys and values in F32 (else as its options say): texts and features then don't
 *     depend on which texts are written together, up to rounding in F32
 */
public record RegenerationOptions(
        int slots,
        int maxPromptTokens,
        int maxResponseTokens,
        SamplerOptions sampler,
        int batch,
        long tokenBudget,
        int promptBudget,
        @Nullable Instant deadline,
        Reasoning reasoning,
        boolean f32Cache) {
    /** Most texts that are written at once. */
    public static final int MOST_SLOTS = 255;

    /** Most tokens of a prompt or a response. */
    public static final int MOST_TOKENS = 1 << 20;

    /** Checks the ranges. */
    public RegenerationOptions {
        require("slots", slots, 1, MOST_SLOTS);
        require("maxPromptTokens", maxPromptTokens, 1, MOST_TOKENS);
        require("maxResponseTokens", maxResponseTokens, 1, MOST_TOKENS);
        require("batch", batch, slots, 1 << 16);
        require("tokenBudget", tokenBudget, 0, Long.MAX_VALUE);
        require("promptBudget", promptBudget, 0, Integer.MAX_VALUE);
    }

    /** Tokens that a text can have at most. */
    int longest() {
        return maxPromptTokens + maxResponseTokens;
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, name + ": expected " + least + ".." + most + ", found " + value);
        }
    }

    /**
     * A builder with the defaults: 32 slots, prompts of 512 and responses of 256 tokens, greedy, batch 512, no limits,
     * reasoning trained, F16 cache.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link RegenerationOptions}. */
    public static final class Builder {
        private int slots = 32;
        private int maxPromptTokens = 512;
        private int maxResponseTokens = 256;
        private SamplerOptions sampler = SamplerOptions.greedy();
        private int batch = 512;
        private long tokenBudget;
        private int promptBudget;
        private @Nullable Instant deadline;
        private Reasoning reasoning = Reasoning.keep();
        private boolean f32Cache;

        private Builder() {}

        /** Texts written at once. */
        public Builder slots(int count) {
            slots = count;
            return this;
        }

        /** Longer prompts are left out. */
        public Builder maxPromptTokens(int tokens) {
            maxPromptTokens = tokens;
            return this;
        }

        /** Responses are cut there. */
        public Builder maxResponseTokens(int tokens) {
            maxResponseTokens = tokens;
            return this;
        }

        /** Greedy, or how to draw. */
        public Builder sampler(SamplerOptions options) {
            sampler = options;
            return this;
        }

        /** Most rows of one target pass. */
        public Builder batch(int rows) {
            batch = rows;
            return this;
        }

        /** Response tokens in the corpus; 0 = no limit. */
        public Builder tokenBudget(long tokens) {
            tokenBudget = tokens;
            return this;
        }

        /** Prompts taken from the list; 0 = all. */
        public Builder promptBudget(int prompts) {
            promptBudget = prompts;
            return this;
        }

        /** When to stop; null = never. */
        public Builder deadline(@Nullable Instant when) {
            deadline = when;
            return this;
        }

        /** Whether the reasoning of a thinking model is trained. */
        public Builder reasoning(Reasoning what) {
            reasoning = what;
            return this;
        }

        /** Whether keys and values are kept in F32. */
        public Builder f32Cache(boolean f32) {
            f32Cache = f32;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public RegenerationOptions build() {
            return new RegenerationOptions(
                    slots,
                    maxPromptTokens,
                    maxResponseTokens,
                    sampler,
                    batch,
                    tokenBudget,
                    promptBudget,
                    deadline,
                    reasoning,
                    f32Cache);
        }
    }
}
