#include "target/first_filter.h"

#include "kernel/clones.h"
#include "kernel/group.h"

#include <algorithm>
#include <cmath>

namespace gto {

GTO_CLONES static int32_t count_from(const float * logits, int32_t n, float least) {
    int32_t count = 0;
    GTO_SIMD(reduction(+ : count))
    for (int32_t i = 0; i < n; i++) count += logits[i] >= least;
    return count;
}

void first_filter::select_within(const float * logits, int32_t n, float least) {
    constexpr int32_t block = 64; // most have nothing to keep
    candidates_.clear();
    for (int32_t begin = 0; begin < n; begin += block) {
        const int32_t end = std::min(n, begin + block);
        if (count_from(logits + begin, end - begin, least) == 0) continue;
        for (int32_t i = begin; i < end; i++) {
            if (logits[i] >= least) candidates_.push_back({i, logits[i], 0.0f});
        }
    }
}

// f(least) for ever lower logits, at last for all, until it says that it has enough.
template <class F> static void lower_until(float most, F && f) {
    for (float distance = 4.0f; distance <= 64.0f; distance *= 2.0f) {
        if (f(most - distance)) return;
    }
    f(-INFINITY);
}

void first_filter::select_nucleus(const float * logits, int32_t n, float most) {
    weights_.take_exponentials(logits, n, 1.0f, most);
    const double enough = top_p_ * weights_.total();
    lower_until(most, [&](float least) {
        select_within(logits, n, least);
        double sum = 0.0;
        for (const llama_token_data & c : candidates_) sum += weights_[c.id];
        return sum >= enough;
    });
    std::sort(candidates_.begin(), candidates_.end(), [](const llama_token_data & a, const llama_token_data & b) {
        return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
    });
    size_t kept = 0;
    for (double sum = 0.0; kept < candidates_.size() && sum < enough; kept++) sum += weights_[candidates_[kept].id];
    candidates_.resize(kept);
}

llama_token_data_array first_filter::select(const float * logits, int32_t n, int32_t most_probable) {
    const float most = logits[most_probable];
    if (is_nucleus()) {
        select_nucleus(logits, n, most);
    } else if (top_k_ > 0) {
        const size_t enough = (size_t) std::min(top_k_, n);
        lower_until(most, [&](float least) {
            select_within(logits, n, least);
            return candidates_.size() >= enough;
        });
    } else {
        select_within(logits, n, most + logf(min_p_)); // libllama's own bound
    }
    return {candidates_.data(), candidates_.size(), -1, is_nucleus()};
}

} // namespace gto
