#include "target/softmax_draw.h"

#include <cmath>

namespace gto {

// Beyond what both kinds of sums differ by, as shares of the total: exponential() 2.4e-7, libm's expf 1.2e-7, float
// sums of 64 weights 64 * 6e-8 at worst; twice, as the place and the total are both off.
static constexpr double margin = 1e-5;

// libllama's own sums (llama_sampler_temp, llama_sampler_dist).
static int32_t draw_exactly(const float * logits, int32_t n, float temperature, float most, double u) {
    const auto weight = [&](int32_t i) { return expf(logits[i] / temperature - most); };
    double total = 0.0, sum = 0.0;
    for (int32_t i = 0; i < n; i++) total += weight(i);
    for (int32_t i = 0; i < n; i++) {
        sum += weight(i);
        if (sum >= total * u) return i;
    }
    return n - 1;
}

softmax_draw::softmax_draw(float temperature, uint32_t seed) : temperature_(temperature), seed_(seed), random_(seed) {}

void softmax_draw::reset() { random_.seed(seed_); }

double softmax_draw::uniform() { return std::uniform_real_distribution<double>(0.0, 1.0)(random_); }

int32_t softmax_draw::draw(const float * logits, int32_t n, int32_t most_probable) {
    const float most = logits[most_probable] / temperature_;
    weights_.take_exponentials(logits, n, temperature_, most);
    const double u = uniform(), sum = u * weights_.total(), off = margin * weights_.total();
    const cumulative_weights::place found = weights_.find(sum);
    if (found.below + off < sum && sum + off < found.with) return (int32_t) found.index;
    return draw_exactly(logits, n, temperature_, most, u);
}

cumulative_weights & softmax_draw::weights(const float * logits, int32_t n, int32_t most_probable) {
    uniform();
    weights_.take_exponentials(logits, n, temperature_, logits[most_probable] / temperature_);
    return weights_;
}

} // namespace gto
