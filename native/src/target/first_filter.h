// What the first filter of a sampler chain leaves of a vocabulary, found without a candidate for each token.
#pragma once

#include "target/cumulative_weights.h"

#include "llama.h"

#include <cstdint>
#include <vector>

namespace gto {

// For chains that begin with top-k, top-p or min-p. Their first filter keeps a few of many thousand tokens; those far
// below the most probable one are left out beforehand.
class first_filter {
  public:
    // top_k > 0, or else top_p < 1, or else min_p > 0
    first_filter(int32_t top_k, float top_p, float min_p) : top_k_(top_k), top_p_(top_p), min_p_(min_p) {}
    // Whether the filter is top-p: then select() does all that it does. If not, what select() leaves is a part of the
    // vocabulary in its order, of which the filter keeps what it would keep of all.
    bool is_nucleus() const { return top_k_ == 0 && top_p_ < 1.0f; }
    // The candidates among logits [n], whose greatest, a finite one, is that of `most_probable`. With top-p they are
    // the nucleus, sorted: the fewest most probable tokens whose probabilities add up to top_p.
    llama_token_data_array select(const float * logits, int32_t n, int32_t most_probable);

  private:
    void select_within(const float * logits, int32_t n, float least);
    void select_nucleus(const float * logits, int32_t n, float most);

    const int32_t top_k_;
    const float top_p_, min_p_;
    std::vector<llama_token_data> candidates_;
    cumulative_weights weights_;
};

} // namespace gto
