package org.gto4j;

import org.gto4j.engine.gto_sampler;
import org.gto4j.engine.gto_sampler_options;
import org.gto4j.engine.global.gto4j;

/** Native side of {@link Sampler}. */
final class EngineSampler {
    final gto_sampler handle;

    private EngineSampler(gto_sampler handle) {
        this.handle = handle;
    }

    static EngineSampler open(EngineTarget target, SamplerOptions options) {
        gto_sampler sampler = new gto_sampler();
        try (gto_sampler_options o = gto4j.gto_sampler_options_default()) {
            o.temperature(options.temperature()).top_k(options.topK()).top_p(options.topP()).min_p(options.minP())
                .typical_p(options.typicalP()).penalty_last_n(options.penaltyLastN()).penalty_repeat(options.penaltyRepeat())
                .penalty_freq(options.penaltyFrequency()).penalty_present(options.penaltyPresence()).seed(options.seed());
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
