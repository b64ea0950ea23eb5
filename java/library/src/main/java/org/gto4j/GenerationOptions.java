package org.gto4j;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.gto4j.model.AnswerFormat;
import org.gto4j.model.SamplerOptions;
import org.jspecify.annotations.Nullable;

/**
 * How text is generated.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param sampler how tokens are drawn
 * @param stopStrings the text ends before the first of them; none is empty
 * @param stopTokens the text ends before the first of them, as before an end token of the model
 * @param cancellation ends the generation from another thread, or null
 */
public record GenerationOptions(
        int maxTokens,
        SamplerOptions sampler,
        List<String> stopStrings,
        Set<Integer> stopTokens,
        @Nullable Cancellation cancellation) {
    /** Checks the ranges. */
    public GenerationOptions {
        Arguments.atLeast("maxTokens", maxTokens, 1);
        Objects.requireNonNull(sampler, "sampler");
        stopStrings = List.copyOf(stopStrings);
        stopTokens = Set.copyOf(stopTokens);
        Arguments.check(stopStrings.stream().noneMatch(String::isEmpty), "a stop string must not be empty");
        stopStrings.forEach(stop -> Arguments.whole("stop string", stop));
    }

    /** Without stops. */
    public GenerationOptions(int maxTokens, SamplerOptions sampler) {
        this(maxTokens, sampler, List.of(), Set.of(), null);
    }

    /**
     * The same, kept to an answer's format: with its grammar and its stops. Kind ARGUMENT if the sampler has a grammar
     * already.
     */
    public GenerationOptions keptTo(AnswerFormat format) {
        List<String> strings =
                Stream.concat(stopStrings.stream(), format.stops().stream()).toList();
        Set<Integer> tokens = Stream.concat(stopTokens.stream(), format.stopTokens().stream())
                .collect(Collectors.toUnmodifiableSet());
        return new GenerationOptions(maxTokens, format.constrain(sampler), strings, tokens, cancellation);
    }

    /** A builder with the defaults: 256 tokens, greedy, no stops. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link GenerationOptions}. */
    public static final class Builder {
        private int maxTokens = 256;
        private SamplerOptions sampler = SamplerOptions.greedy();
        private List<String> stopStrings = List.of();
        private Set<Integer> stopTokens = Set.of();
        private @Nullable Cancellation cancellation;

        private Builder() {}

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

        /** The text ends before the first of these. */
        public Builder stopStrings(String... strings) {
            stopStrings = List.of(strings);
            return this;
        }

        /** The text ends before the first of these. */
        public Builder stopTokens(int... tokens) {
            stopTokens = Arrays.stream(tokens).boxed().collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /** A switch that ends the generation from another thread; null = none. */
        public Builder cancellation(@Nullable Cancellation cancel) {
            cancellation = cancel;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public GenerationOptions build() {
            return new GenerationOptions(maxTokens, sampler, stopStrings, stopTokens, cancellation);
        }
    }
}
