#include "target/sampler.h"

#include "common/range.h"
#include "target/target.h"
#include "target/target_grammar.h"

#include <algorithm>
#include <cmath>

using namespace gto;

// libllama makes room for all of them beforehand.
static constexpr int32_t max_penalised = 1 << 24;

static void check(const gto_sampler_options & o, int32_t n_vocab) {
    if (!(o.temperature >= 0) || !std::isfinite(o.temperature)) {
        fail(GTO_E_ARGUMENT, "temperature: expected at least 0, found %g", o.temperature);
    }
    if (o.top_k < 0) fail(GTO_E_ARGUMENT, "top_k: expected at least 0, found %d", o.top_k);
    if (!(o.top_p > 0 && o.top_p <= 1)) {
        fail(GTO_E_ARGUMENT, "top_p: expected more than 0 and at most 1, found %g", o.top_p);
    }
    if (!(o.min_p >= 0 && o.min_p < 1)) {
        fail(GTO_E_ARGUMENT, "min_p: expected at least 0 and less than 1, found %g", o.min_p);
    }
    if (!(o.typical_p > 0 && o.typical_p <= 1)) {
        fail(GTO_E_ARGUMENT, "typical_p: expected more than 0 and at most 1, found %g", o.typical_p);
    }
    require_within("penalty_last_n", o.penalty_last_n, -1, max_penalised);
    if (!(o.penalty_repeat > 0) || !std::isfinite(o.penalty_repeat)) {
        fail(GTO_E_ARGUMENT, "penalty_repeat: expected more than 0, found %g", o.penalty_repeat);
    }
    require_finite("penalty_freq", o.penalty_freq);
    if (o.n_bias < 0) fail(GTO_E_ARGUMENT, "n_bias: expected at least 0, found %d", o.n_bias);
    require(o.n_bias == 0 || (o.bias_tokens && o.bias), "bias_tokens or bias is null");
    for (int32_t i = 0; i < o.n_bias; i++) {
        if (o.bias_tokens[i] < 0 || o.bias_tokens[i] >= n_vocab) {
            fail(GTO_E_ARGUMENT, "bias_tokens[%d]: expected 0..%d, found %d", i, n_vocab - 1, o.bias_tokens[i]);
        }
        if (std::isnan(o.bias[i]) || o.bias[i] == INFINITY) {
            fail(GTO_E_ARGUMENT, "bias[%d]: expected a number or -infinity, found %g", i, o.bias[i]);
        }
    }
    if (o.n_triggers < 0) fail(GTO_E_ARGUMENT, "n_triggers: expected at least 0, found %d", o.n_triggers);
    require(o.n_triggers == 0 || (o.triggers && o.triggers_are_patterns), "triggers or triggers_are_patterns is null");
    for (int32_t i = 0; i < o.n_triggers; i++) {
        if (!o.triggers[i]) fail(GTO_E_ARGUMENT, "triggers[%d] is null", i);
    }
    require_finite("penalty_present", o.penalty_present);
}

// libllama takes LLAMA_DEFAULT_SEED for "draw a seed"; here every seed is reproducible.
static uint32_t fixed_seed(uint32_t seed) { return seed == LLAMA_DEFAULT_SEED ? seed - 1 : seed; }

static void add(llama_sampler * chain, llama_sampler * link) {
    if (!link) throw std::bad_alloc();
    llama_sampler_chain_add(chain, link);
}

// A logit over a smaller temperature may be infinite.
static bool is_greedy(const gto_sampler_options & o) { return o.temperature < 1e-30f; }

static bool has_penalties(const gto_sampler_options & o) {
    return o.penalty_last_n != 0 && (o.penalty_repeat != 1 || o.penalty_freq != 0 || o.penalty_present != 0);
}

// Whether any token may be drawn.
static bool is_free(const gto_sampler_options & o) {
    return o.top_k == 0 && o.typical_p == 1 && o.top_p == 1 && o.min_p == 0;
}

static std::vector<grammar_trigger> triggers_of(const gto_sampler_options & o) {
    std::vector<grammar_trigger> triggers;
    for (int32_t i = 0; i < o.n_triggers; i++) triggers.push_back({o.triggers[i], o.triggers_are_patterns[i]});
    return triggers;
}

static void add_links(gto_sampler & sampler, const gto_sampler_options & o, const gto_target & target) {
    llama_sampler * chain = sampler.chain.get();
    if (o.n_bias > 0) {
        std::vector<llama_logit_bias> bias(o.n_bias);
        for (int32_t i = 0; i < o.n_bias; i++) bias[i] = {o.bias_tokens[i], o.bias[i]};
        add(chain, llama_sampler_init_logit_bias(target.info.n_vocab, o.n_bias, bias.data()));
    }
    if (o.grammar) {
        sampler.grammar =
            open_triggered_grammar(target, o.grammar, triggers_of(o), o.grammar_prefix ? o.grammar_prefix : "");
    }
    sampler.n_filters = llama_sampler_chain_n(chain);
    sampler.is_greedy = is_greedy(o);
    sampler.is_argmax = sampler.is_greedy && o.n_bias == 0 && !o.grammar && !has_penalties(o);
    const int32_t last_n = o.penalty_last_n < 0 ? std::min(target.info.n_ctx_train, max_penalised) : o.penalty_last_n;
    if (has_penalties(o) && last_n > 0) {
        add(chain, llama_sampler_init_penalties(target.info.n_vocab, last_n, o.penalty_repeat, o.penalty_freq,
                                                o.penalty_present));
    }
    if (is_greedy(o)) {
        add(chain, llama_sampler_init_greedy());
        return;
    }
    const bool is_first = llama_sampler_chain_n(chain) == 0 && !o.grammar;
    if (is_first && is_free(o)) {
        sampler.whole = std::make_unique<softmax_draw>(o.temperature, fixed_seed(o.seed));
        return;
    }
    if (is_first && (o.top_k > 0 || o.typical_p == 1)) {
        sampler.first_filter = std::make_unique<first_filter>(o.top_k, o.top_p, o.min_p);
    }
    if (o.top_k > 0) add(chain, llama_sampler_init_top_k(o.top_k));
    if (o.typical_p < 1) add(chain, llama_sampler_init_typical(o.typical_p, 1));
    const bool has_nucleus = sampler.first_filter && sampler.first_filter->is_nucleus();
    if (o.top_p < 1 && !has_nucleus) add(chain, llama_sampler_init_top_p(o.top_p, 1));
    if (o.min_p > 0) add(chain, llama_sampler_init_min_p(o.min_p, 1));
    add(chain, llama_sampler_init_temp(o.temperature));
    add(chain, llama_sampler_init_dist(fixed_seed(o.seed)));
}

static void require_possible(const llama_token_data_array & all) {
    for (size_t i = 0; i < all.size; i++) {
        if (all.data[i].logit > -INFINITY) return;
    }
    fail(GTO_E_ARGUMENT, "bias or grammar allow no token here");
}

void gto_sampler::forbid(llama_token_data_array & all) {
    if (grammar) {
        grammar->allow(allowed);
        for (size_t i = 0; i < all.size; i++) {
            if (!allowed[all.data[i].id]) all.data[i].logit = -INFINITY;
        }
    }
    require_possible(all);
}

llama_token_data_array gto_sampler::begin(const float * logits, int32_t most_probable) {
    if (first_filter) return first_filter->select(logits, n_vocab, most_probable);
    candidates.resize(n_vocab);
    for (int32_t i = 0; i < n_vocab; i++) candidates[i] = {i, logits[i], 0.0f};
    return {candidates.data(), candidates.size(), -1, false};
}

llama_token_data_array gto_sampler::apply(const float * logits, int32_t most_probable) {
    llama_token_data_array all = begin(logits, most_probable);
    for (int32_t i = 0; i < llama_sampler_chain_n(chain.get()); i++) {
        // libllama's last links end the process if no token is possible
        if (i == n_filters) forbid(all);
        llama_sampler_apply(llama_sampler_chain_get(chain.get(), i), &all);
    }
    if (all.selected < 0 || all.selected >= (int64_t) all.size) {
        fail(GTO_E_INTERNAL, "the sampler chain selected nothing");
    }
    return all;
}

int32_t gto_sampler::draw(const float * logits, int32_t most_probable) {
    if (whole) return whole->draw(logits, n_vocab, most_probable);
    const llama_token_data_array all = apply(logits, most_probable);
    const llama_token token = all.data[all.selected].id;
    take(token);
    return token;
}

void gto_sampler::take(int32_t token) {
    llama_sampler_accept(chain.get(), token);
    if (grammar) grammar->accept(token);
}

std::vector<token_probability> gto_sampler::distribution(const float * logits, int32_t most_probable) {
    const llama_token_data_array all = apply(logits, most_probable);
    if (is_greedy) return {{all.data[all.selected].id, 1.0}};
    std::vector<token_probability> p;
    double sum = 0.0;
    for (size_t i = 0; i < all.size; i++) {
        if (!(all.data[i].p > 0.0f)) continue;
        p.push_back({all.data[i].id, all.data[i].p});
        sum += all.data[i].p;
    }
    for (token_probability & t : p) t.p /= sum;
    return p;
}

void gto_sampler::accept_given(int32_t token) { llama_sampler_accept(chain.get(), token); }

gto_sampler_options gto_sampler_options_default(void) {
    return {0.0f, 0,       1.0f, 0.0f,    1.0f,    0, 1.0f,    0.0f,    0.0f,
            0,    nullptr, 0,    nullptr, nullptr, 0, nullptr, nullptr, nullptr};
}

gto_status gto_sampler_open(const gto_target * target, gto_sampler_options options, gto_sampler ** out) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(out != nullptr, "out is null");
        check(options, target->info.n_vocab);
        auto sampler = std::make_unique<gto_sampler>();
        sampler->n_vocab = target->info.n_vocab;
        llama_sampler_chain_params params = llama_sampler_chain_default_params();
        params.no_perf = true;
        sampler->chain.reset(llama_sampler_chain_init(params));
        if (!sampler->chain) throw std::bad_alloc();
        add_links(*sampler, options, *target);
        *out = sampler.release();
    });
}

void gto_sampler_free(gto_sampler * sampler) { delete sampler; }

gto_status gto_sampler_reset(gto_sampler * sampler) {
    return guard([&] {
        require(sampler != nullptr, "sampler is null");
        llama_sampler_reset(sampler->chain.get());
        if (sampler->grammar) sampler->grammar->reset();
        if (sampler->whole) sampler->whole->reset();
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
        for (int32_t i = 0; i < n; i++) sampler->accept_given(tokens[i]);
    });
}
