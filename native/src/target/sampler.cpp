#include "target/sampler.h"

#include "target/target.h"

#include <cmath>

using namespace gto;

static void check(const gto_sampler_options & o) {
    if (!(o.temperature >= 0) || !std::isfinite(o.temperature)) fail(GTO_E_ARGUMENT, "temperature: expected at least 0, found %g", o.temperature);
    if (o.top_k < 0) fail(GTO_E_ARGUMENT, "top_k: expected at least 0, found %d", o.top_k);
    if (!(o.top_p > 0 && o.top_p <= 1)) fail(GTO_E_ARGUMENT, "top_p: expected more than 0 and at most 1, found %g", o.top_p);
    if (!(o.min_p >= 0 && o.min_p < 1)) fail(GTO_E_ARGUMENT, "min_p: expected at least 0 and less than 1, found %g", o.min_p);
    if (!(o.typical_p > 0 && o.typical_p <= 1)) fail(GTO_E_ARGUMENT, "typical_p: expected more than 0 and at most 1, found %g", o.typical_p);
    if (o.penalty_last_n < -1) fail(GTO_E_ARGUMENT, "penalty_last_n: expected at least -1, found %d", o.penalty_last_n);
    if (!(o.penalty_repeat > 0) || !std::isfinite(o.penalty_repeat)) fail(GTO_E_ARGUMENT, "penalty_repeat: expected more than 0, found %g", o.penalty_repeat);
    if (!std::isfinite(o.penalty_freq)) fail(GTO_E_ARGUMENT, "penalty_freq: expected a finite number, found %g", o.penalty_freq);
    if (!std::isfinite(o.penalty_present)) fail(GTO_E_ARGUMENT, "penalty_present: expected a finite number, found %g", o.penalty_present);
}

// libllama takes LLAMA_DEFAULT_SEED for "draw a seed"; here every seed is reproducible.
static uint32_t fixed_seed(uint32_t seed) { return seed == LLAMA_DEFAULT_SEED ? seed - 1 : seed; }

static void add(llama_sampler * chain, llama_sampler * link) {
    if (!link) throw std::bad_alloc();
    llama_sampler_chain_add(chain, link);
}

static void add_links(llama_sampler * chain, const gto_sampler_options & o, const gto_target & target) {
    const int32_t last_n = o.penalty_last_n < 0 ? target.info.n_ctx_train : o.penalty_last_n;
    if (last_n > 0 && (o.penalty_repeat != 1 || o.penalty_freq != 0 || o.penalty_present != 0)) {
        add(chain, llama_sampler_init_penalties(target.info.n_vocab, last_n, o.penalty_repeat, o.penalty_freq, o.penalty_present));
    }
    if (o.temperature == 0) {
        add(chain, llama_sampler_init_greedy());
        return;
    }
    if (o.top_k > 0) add(chain, llama_sampler_init_top_k(o.top_k));
    if (o.typical_p < 1) add(chain, llama_sampler_init_typical(o.typical_p, 1));
    if (o.top_p < 1) add(chain, llama_sampler_init_top_p(o.top_p, 1));
    if (o.min_p > 0) add(chain, llama_sampler_init_min_p(o.min_p, 1));
    add(chain, llama_sampler_init_temp(o.temperature));
    add(chain, llama_sampler_init_dist(fixed_seed(o.seed)));
}

gto_sampler_options gto_sampler_options_default(void) { return {0.0f, 0, 1.0f, 0.0f, 1.0f, 0, 1.0f, 0.0f, 0.0f, 0}; }

gto_status gto_sampler_open(const gto_target * target, gto_sampler_options options, gto_sampler ** out) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(out != nullptr, "out is null");
        check(options);
        auto sampler = std::make_unique<gto_sampler>();
        sampler->n_vocab = target->info.n_vocab;
        llama_sampler_chain_params params = llama_sampler_chain_default_params();
        params.no_perf = true;
        sampler->chain.reset(llama_sampler_chain_init(params));
        if (!sampler->chain) throw std::bad_alloc();
        add_links(sampler->chain.get(), options, *target);
        *out = sampler.release();
    });
}

void gto_sampler_free(gto_sampler * sampler) { delete sampler; }

gto_status gto_sampler_reset(gto_sampler * sampler) {
    return guard([&] {
        require(sampler != nullptr, "sampler is null");
        llama_sampler_reset(sampler->chain.get());
    });
}

gto_status gto_sampler_accept(gto_sampler * sampler, int32_t n, const int32_t * tokens) {
    return guard([&] {
        require(sampler != nullptr, "sampler is null");
        if (n < 0) fail(GTO_E_ARGUMENT, "n: expected at least 0, found %d", n);
        require(n == 0 || tokens != nullptr, "tokens is null");
        for (int32_t i = 0; i < n; i++) {
            if (tokens[i] < 0 || tokens[i] >= sampler->n_vocab) {
                fail(GTO_E_ARGUMENT, "tokens[%d]: expected 0..%d, found %d", i, sampler->n_vocab - 1, tokens[i]);
            }
        }
        for (int32_t i = 0; i < n; i++) llama_sampler_accept(sampler->chain.get(), tokens[i]);
    });
}
