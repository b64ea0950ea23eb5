package org.gto4j;

import java.util.Objects;

/**
 * How text is generated.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param sampler   how tokens are drawn
 */
public record GenerationOptions(int maxTokens, SamplerOptions sampler) {
    /** Checks the ranges. */
    public GenerationOptions {
        Arguments.atLeast("maxTokens", maxTokens, 1);
        Objects.requireNonNull(sampler, "sampler");
    }

    /** A builder with the defaults: 256 tokens, greedy. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link GenerationOptions}. */
    public static final class Builder {
        private int maxTokens = 256;
        private SamplerOptions sampler = SamplerOptions.greedy();

        private Builder() {
        }

        /** Most tokens to generate, at least 1. */
        public Builder maxTokens(int count) {
            maxTokens = count;
            return this;
        }

        /** How tokens are drawn. */
        public Builder sampler(SamplerOptions options) {
            sampler = options;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public GenerationOptions build() {
            return new GenerationOptions(maxTokens, sampler);
        }
    }
}
