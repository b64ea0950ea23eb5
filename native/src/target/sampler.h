// What stands behind gto_sampler.
#pragma once

#include "common/status.h"
#include "gto4j/sampler.h"

#include "llama.h"

#include <memory>
#include <vector>

struct gto_sampler : gto::counted {
    std::unique_ptr<llama_sampler, void (*)(llama_sampler *)> chain{nullptr, llama_sampler_free};
    llama_sampler * grammar = nullptr; // the chain's link of the grammar, if there is one
    int32_t n_filters = 0;             // leading links that forbid tokens: bias and grammar
    bool is_argmax = false;            // the chain does nothing else
    int32_t n_vocab = 0;
    std::vector<llama_token_data> candidates;

    // Draws from logits [n_vocab] and accepts the token. Fails with GTO_E_ARGUMENT if the chain allows none.
    int32_t draw(const float * logits);
    // Accepts a token that wasn't drawn: a prompt needn't follow the grammar.
    void accept_given(int32_t token);
};
