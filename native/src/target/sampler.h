// What stands behind gto_sampler.
#pragma once

#include "common/status.h"
#include "grammar/triggered_grammar.h"
#include "gto4j/sampler.h"
#include "target/drawn_rule.h"
#include "target/first_filter.h"
#include "target/softmax_draw.h"

#include "llama.h"

#include <cstdint>
#include <memory>
#include <vector>

struct gto_sampler : gto::counted {
    std::unique_ptr<llama_sampler, void (*)(llama_sampler *)> chain{nullptr, llama_sampler_free};
    std::unique_ptr<gto::triggered_grammar> grammar; // stands between the bias and the other links
    int32_t n_filters = 0;                           // leading links that forbid tokens: the bias
    bool is_argmax = false;                          // nothing else is done
    bool is_greedy = false;                          // the last link takes the most probable token
    std::unique_ptr<gto::softmax_draw> whole;        // in the chain's place where a temperature is all that it has
    std::unique_ptr<gto::first_filter> first_filter; // what the chain is applied to, else the whole vocabulary
    int32_t n_vocab = 0;
    std::vector<llama_token_data> candidates;
    std::vector<uint8_t> allowed; // by the grammar

    // Draws from logits [n_vocab], whose greatest is that of `most_probable`, and accepts the token. Fails with
    // GTO_E_ARGUMENT if the chain allows none.
    int32_t draw(const float * logits, int32_t most_probable);
    // What the token would be drawn from, without `whole`: tokens and probabilities, which add up to 1. It takes a
    // number of the random stream, as a draw does. Fails as draw() does.
    std::vector<gto::token_probability> distribution(const float * logits, int32_t most_probable);
    // Accepts a token of distribution().
    void take(int32_t token);
    // What bias and grammar leave.
    void forbid(llama_token_data_array & all);
    // Accepts a token that wasn't drawn: a prompt needn't follow the grammar.
    void accept_given(int32_t token);

  private:
    // What the chain begins with.
    llama_token_data_array begin(const float * logits, int32_t most_probable);
    // What the chain makes of logits [n_vocab], with a token selected.
    llama_token_data_array apply(const float * logits, int32_t most_probable);
};
