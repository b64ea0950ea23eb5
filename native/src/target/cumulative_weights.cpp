#include "target/cumulative_weights.h"

#include "common/ceil_div.h"
#include "kernel/clones.h"
#include "kernel/exponential.h"
#include "kernel/group.h"

#include <algorithm>

namespace gto {

// So few that a float sum of one has hardly an error.
static constexpr int64_t block = 64;

// sums[b] of weights[b * block ...], the last of which may be shorter.
GTO_CLONES static void sum_blocks(const float * weights, int64_t n, double * sums) {
    for (int64_t begin = 0; begin < n; begin += block) {
        const int32_t width = (int32_t) std::min(block, n - begin);
        const float * w = weights + begin;
        float sum = 0.0f;
        GTO_SIMD(reduction(+ : sum))
        for (int32_t i = 0; i < width; i++) sum += w[i];
        sums[begin / block] = sum;
    }
}

GTO_CLONES static void exponentials(const float * logits, int64_t n, float temperature, float most, float * weights) {
    for (int64_t i = 0; i < n; i++) weights[i] = exponential(logits[i] / temperature - most);
}

float * cumulative_weights::resize(int64_t n) {
    weights_.resize(n);
    sums_.resize(ceil_div(n, block));
    return weights_.data();
}

void cumulative_weights::sum_up() {
    sum_blocks(weights_.data(), size(), sums_.data());
    total_ = 0.0;
    for (const double sum : sums_) total_ += sum;
}

void cumulative_weights::take_exponentials(const float * logits, int64_t n, float temperature, float most) {
    exponentials(logits, n, temperature, most, resize(n));
    sum_up();
}

cumulative_weights::place cumulative_weights::find(double sum) const {
    double below = 0.0;
    for (size_t b = 0; b < sums_.size(); b++) {
        if (!(below + sums_[b] > sum) && b + 1 < sums_.size()) {
            below += sums_[b];
            continue;
        }
        const int64_t end = std::min(size(), ((int64_t) b + 1) * block);
        for (int64_t i = (int64_t) b * block; i < end; i++) {
            if (!(weights_[i] > 0.0f)) continue;
            const double with = below + weights_[i];
            if (with > sum) return {i, below, with};
            below = with;
        }
    }
    int64_t last = size() - 1;
    while (last >= 0 && !(weights_[last] > 0.0f)) last--;
    return {last, last < 0 ? 0.0 : below - weights_[last], last < 0 ? 0.0 : below};
}

} // namespace gto
