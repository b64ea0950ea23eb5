package org.gto4j.model;

import java.util.List;
import java.util.Map;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A llama.cpp sampler chain: penalties, top-k, typical, top-p, min-p, temperature, draw.
 *
 * @param temperature 0 means greedy (only penalties then count), at least 0
 * @param topK 0 = off
 * @param topP in (0, 1], 1 = off; probabilities are added up in double, where libllama's floats may be a token off
 * @param minP in [0, 1), 0 = off
 * @param typicalP in (0, 1], 1 = off
 * @param penaltyLastN tokens that penalties look back at, 0 = off, -1 = the context
 * @param penaltyRepeat 1 = off
 * @param penaltyFrequency 0 = off
 * @param penaltyPresence 0 = off
 * @param seed of the random stream (all 32 bits are used)
 * @param grammar GBNF whose rule "root" the text follows, or null; a sampler of one that can't be read is an error that
 *     names line and column
 * @param grammarTriggers where the grammar begins: at the first of these in the text; empty: at the text's beginning.
 *     What stands before is free, and so is what follows a trigger otherwise than the grammar says
 * @param grammarPrefix what the grammar takes before the text, e.g. the end of the prompt, or null; without triggers
 * @param logitBias what is added to tokens' logits; negative infinity forbids a token
 */
public record SamplerOptions(
        float temperature,
        int topK,
        float topP,
        float minP,
        float typicalP,
        int penaltyLastN,
        float penaltyRepeat,
        float penaltyFrequency,
        float penaltyPresence,
        int seed,
        @Nullable String grammar,
        List<GrammarTrigger> grammarTriggers,
        @Nullable String grammarPrefix,
        Map<Integer, Float> logitBias) {
    /** Checks the ranges. */
    public SamplerOptions {
        Arguments.check(
                temperature >= 0 && Float.isFinite(temperature),
                "temperature must be at least 0, found %s",
                temperature);
        Arguments.atLeast("topK", topK, 0);
        Arguments.check(topP > 0 && topP <= 1, "topP must be in (0, 1], found %s", topP);
        Arguments.check(minP >= 0 && minP < 1, "minP must be in [0, 1), found %s", minP);
        Arguments.check(typicalP > 0 && typicalP <= 1, "typicalP must be in (0, 1], found %s", typicalP);
        Arguments.atLeast("penaltyLastN", penaltyLastN, -1);
        Arguments.check(
                penaltyRepeat > 0 && Float.isFinite(penaltyRepeat),
                "penaltyRepeat must be above 0, found %s",
                penaltyRepeat);
        Arguments.check(
                Float.isFinite(penaltyFrequency), "penaltyFrequency must be finite, found %s", penaltyFrequency);
        if (grammar != null) {
            Arguments.whole("grammar", grammar);
            Arguments.check(grammar.indexOf('\0') < 0, "grammar: expected a text without U+0000");
        }
        grammarTriggers = List.copyOf(grammarTriggers);
        Arguments.check(
                grammar != null || grammarTriggers.isEmpty(), "grammarTriggers: expected none without a grammar");
        if (grammarPrefix != null) {
            Arguments.whole("grammarPrefix", grammarPrefix);
            Arguments.check(grammarPrefix.indexOf('\0') < 0, "grammarPrefix: expected a text without U+0000");
            Arguments.check(
                    grammar != null && grammarTriggers.isEmpty(),
                    "grammarPrefix: expected a grammar without triggers beside it");
        }
        logitBias = Map.copyOf(logitBias);
        logitBias.forEach((token, bias) -> Arguments.check(
                bias < Float.POSITIVE_INFINITY, "logit bias of token %d must be a number, found %s", token, bias));
        Arguments.check(Float.isFinite(penaltyPresence), "penaltyPresence must be finite, found %s", penaltyPresence);
    }

    /** Whether the most probable token is always the one drawn, whatever was drawn before. */
    public boolean isArgmax() {
        return temperature == 0 && penaltyLastN == 0 && grammar == null && logitBias.isEmpty();
    }

    /** The same with another seed. */
    public SamplerOptions withSeed(int other) {
        return new SamplerOptions(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                penaltyLastN,
                penaltyRepeat,
                penaltyFrequency,
                penaltyPresence,
                other,
                grammar,
                grammarTriggers,
                grammarPrefix,
                logitBias);
    }

    /** The same with a grammar, from a trigger on if there are any, else behind a prefix. */
    SamplerOptions withGrammar(String gbnf, List<GrammarTrigger> triggers, @Nullable String prefix) {
        return new SamplerOptions(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                penaltyLastN,
                penaltyRepeat,
                penaltyFrequency,
                penaltyPresence,
                seed,
                gbnf,
                triggers,
                prefix,
                logitBias);
    }

    /** Always the most probable token. */
    public static SamplerOptions greedy() {
        return builder().build();
    }

    /** A builder that starts as {@link #greedy()}: temperature 0, everything else off, seed 0. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link SamplerOptions}. */
    public static final class Builder {
        private float temperature;
        private int topK;
        private float topP = 1;
        private float minP;
        private float typicalP = 1;
        private int penaltyLastN;
        private float penaltyRepeat = 1;
        private float penaltyFrequency;
        private float penaltyPresence;
        private int seed;
        private @Nullable String grammar;
        private List<GrammarTrigger> grammarTriggers = List.of();
        private @Nullable String grammarPrefix;
        private Map<Integer, Float> logitBias = Map.of();

        private Builder() {}

        /** At least 0; 0 = greedy. */
        public Builder temperature(float value) {
            temperature = value;
            return this;
        }

        /** Keep the k most probable tokens; 0 = off. */
        public Builder topK(int value) {
            topK = value;
            return this;
        }

        /** Nucleus sampling, in (0, 1]; 1 = off. */
        public Builder topP(float value) {
            topP = value;
            return this;
        }

        /** Least probability relative to the most probable token, in [0, 1); 0 = off. */
        public Builder minP(float value) {
            minP = value;
            return this;
        }

        /** Locally typical sampling, in (0, 1]; 1 = off. */
        public Builder typicalP(float value) {
            typicalP = value;
            return this;
        }

        /**
         * Penalties on tokens seen before.
         *
         * @param lastN tokens looked back at, 0 = off, -1 = the context
         * @param repeat 1 = off
         * @param frequency 0 = off
         * @param presence 0 = off
         */
        public Builder penalties(int lastN, float repeat, float frequency, float presence) {
            penaltyLastN = lastN;
            penaltyRepeat = repeat;
            penaltyFrequency = frequency;
            penaltyPresence = presence;
            return this;
        }

        /** GBNF whose rule "root" the whole text follows; null = none. */
        public Builder grammar(@Nullable String gbnf) {
            grammar = gbnf;
            return this;
        }

        /**
         * The same of a JSON schema: the text is JSON that it describes. Kind ARGUMENT names what no grammar can say.
         */
        public Builder jsonSchema(String schema) {
            return grammar(EngineAnswerFormat.grammarOf(Arguments.utf8("schema", schema)));
        }

        /** The grammar begins at the first of these in the text, rather than at the text's beginning. */
        public Builder grammarTriggers(List<GrammarTrigger> triggers) {
            grammarTriggers = triggers;
            return this;
        }

        /** What the grammar takes before the text, e.g. the end of the prompt; null = nothing. */
        public Builder grammarPrefix(@Nullable String text) {
            grammarPrefix = text;
            return this;
        }

        /** What is added to tokens' logits; negative infinity forbids a token. */
        public Builder logitBias(Map<Integer, Float> bias) {
            logitBias = bias;
            return this;
        }

        /** Seed of the random stream. */
        public Builder seed(int value) {
            seed = value;
            return this;
        }

        /** The same as an unsigned number of 32 bits, 0..4,294,967,295. */
        public Builder seed(long value) {
            Arguments.check(
                    value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL,
                    "seed must be in 0..4294967295, found %d",
                    value);
            seed = (int) value;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public SamplerOptions build() {
            return new SamplerOptions(
                    temperature,
                    topK,
                    topP,
                    minP,
                    typicalP,
                    penaltyLastN,
                    penaltyRepeat,
                    penaltyFrequency,
                    penaltyPresence,
                    seed,
                    grammar,
                    grammarTriggers,
                    grammarPrefix,
                    logitBias);
        }
    }
}
