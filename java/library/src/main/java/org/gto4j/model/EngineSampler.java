package org.gto4j.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_sampler;
import org.gto4j.engine.gto_sampler_options;

/** Native side of {@link Sampler}. */
final class EngineSampler {
    final gto_sampler handle;

    private EngineSampler(gto_sampler handle) {
        this.handle = handle;
    }

    static EngineSampler open(EngineTarget target, SamplerOptions options) {
        gto_sampler sampler = new gto_sampler();
        int[] tokens = options.logitBias().keySet().stream()
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        String gbnf = options.grammar();
        List<GrammarTrigger> triggers = options.grammarTriggers();
        try (PointerScope scope = new PointerScope();
                gto_sampler_options o = gto4j.gto_sampler_options_default();
                BytePointer prefix = options.grammarPrefix() == null
                        ? null
                        : new BytePointer(options.grammarPrefix(), StandardCharsets.UTF_8);
                BytePointer grammar = gbnf == null ? null : new BytePointer(gbnf, StandardCharsets.UTF_8);
                IntPointer biased = new IntPointer(tokens);
                FloatPointer bias = new FloatPointer(tokens.length)) {
            PointerPointer<BytePointer> texts = new PointerPointer<>(Math.max(1, triggers.size()));
            BoolPointer patterns = new BoolPointer(Math.max(1, triggers.size()));
            for (int i = 0; i < triggers.size(); i++) {
                texts.put(i, new BytePointer(triggers.get(i).text(), StandardCharsets.UTF_8));
                patterns.put(i, triggers.get(i).pattern());
            }
            o.temperature(options.temperature())
                    .top_k(options.topK())
                    .top_p(options.topP())
                    .min_p(options.minP())
                    .typical_p(options.typicalP())
                    .penalty_last_n(options.penaltyLastN())
                    .penalty_repeat(options.penaltyRepeat())
                    .penalty_freq(options.penaltyFrequency())
                    .penalty_present(options.penaltyPresence())
                    .seed(options.seed())
                    .grammar(grammar)
                    .n_bias(tokens.length)
                    .bias_tokens(biased)
                    .bias(bias)
                    .n_triggers(triggers.size())
                    .triggers(texts)
                    .triggers_are_patterns(patterns)
                    .grammar_prefix(prefix);
            for (int i = 0; i < tokens.length; i++) {
                bias.put(i, options.logitBias().getOrDefault(tokens[i], 0f));
            }
            Engine.check(gto4j.gto_sampler_open(target.handle, o, sampler));
        }
        return new EngineSampler(sampler);
    }

    void reset() {
        Engine.check(gto4j.gto_sampler_reset(handle));
    }

    void accept(int[] tokens) {
        Engine.check(gto4j.gto_sampler_accept(handle, tokens.length, tokens));
    }

    void free() {
        gto4j.gto_sampler_free(handle);
    }
}
