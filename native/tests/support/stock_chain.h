// libllama's own sampler chain over whole vocabularies, and logits to draw from.
#pragma once

#include "support/gaussian.h"

#include "llama.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace gto_test {

struct stock_chain {
    explicit stock_chain(const std::vector<llama_sampler *> & links) {
        for (llama_sampler * link : links) llama_sampler_chain_add(chain.get(), link);
    }
    int32_t draw(const std::vector<float> & logits) {
        candidates.resize(logits.size());
        for (size_t i = 0; i < logits.size(); i++) candidates[i] = {(llama_token) i, logits[i], 0.0f};
        llama_token_data_array all = {candidates.data(), candidates.size(), -1, false};
        llama_sampler_apply(chain.get(), &all);
        const int32_t token = all.data[all.selected].id;
        llama_sampler_accept(chain.get(), token);
        return token;
    }
    std::unique_ptr<llama_sampler, void (*)(llama_sampler *)> chain{
        llama_sampler_chain_init(llama_sampler_chain_default_params()), llama_sampler_free};
    std::vector<llama_token_data> candidates;
};

inline int32_t greatest(const std::vector<float> & logits) {
    return (int32_t) (std::max_element(logits.begin(), logits.end()) - logits.begin());
}

inline std::vector<float> normal_logits(int32_t n, float deviation, uint32_t seed) {
    gaussian normal(seed);
    std::vector<float> logits(n);
    for (float & z : logits) z = deviation * normal();
    return logits;
}

} // namespace gto_test
