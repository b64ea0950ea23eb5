// Rotary position embedding of neighbouring pairs (ggml's NORM kind, as stock eagle3 nets use it).
// For pair i = 0..D/2-1 of a head of D values at a position:
//   angle     = position base^(-2i / D) / factor_i           factor_i: 1 without frequency factors
//   x'_2i     = x_2i cos(angle) - x_(2i+1) sin(angle)
//   x'_(2i+1) = x_2i sin(angle) + x_(2i+1) cos(angle)
// A rotation's transpose is its inverse, so the gradient is rotated by -angle. Scaled positions, as ggml's rope_yarn:
//   LINEAR    angle / factor instead of angle
//   YARN      share_i angle + (1 - share_i) angle / factor; share_i falls from 1 to 0 between the pairs that make
//             beta_fast and beta_slow turns within original_context. Cosines and sines are times the magnitude
//             attention_factor (1 + 0.1 log(factor)), and so is the gradient's rotation.
#pragma once

#include "common/ceil_div.h"
#include "device/memory.h"
#include "device/queue.h"
#include "draft/forward_kernels.h"
#include "gto4j/draft.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gto {

class rope_table {
  public:
    rope_table(int32_t head_dim, float base, std::vector<float> factors, const gto_rope_scaling & scaling = {})
        : half_(head_dim / 2), base_(base), factors_(std::move(factors)), scaling_(scaling) {
        if (scaling.kind != GTO_ROPE_YARN) return;
        magnitude_ = scaling.attention_factor * (1.0f + 0.1f * std::log(scaling.factor));
        const auto pair_of = [&](float turns) {
            constexpr float circle = 6.2831853f;
            return (float) head_dim * std::log((float) scaling.original_context / (turns * circle)) /
                   (2.0f * std::log(base));
        };
        first_slowed_ = std::max(0.0f, std::floor(pair_of(scaling.beta_fast)));
        last_slowed_ = std::min((float) (head_dim - 1), std::ceil(pair_of(scaling.beta_slow)));
    }

    // Makes positions 0..n-1 known, and some more, so that a text that grows doesn't ask each time.
    void extend(int32_t n) {
        if ((int64_t) n * half_ <= (int64_t) cos_.size()) return;
        constexpr int32_t together = 256;
        n = (int32_t) (ceil_div(n, together) * together);
        const float step = std::pow(base_, -1.0f / half_);
        for (int32_t position = (int32_t) (cos_.size() / half_); position < n; position++) {
            float theta = (float) position;
            for (int32_t i = 0; i < half_; i++) {
                const float angle = scaled(factors_.empty() ? theta : theta / factors_[i], i);
                cos_.push_back(std::cos(angle) * magnitude_);
                sin_.push_back(std::sin(angle) * magnitude_);
                theta *= step;
            }
        }
    }

    // Where `q` can read them; until the queue has run, and extend() is called.
    rope_angles on(queue & q) {
        if (!q.is_accelerated()) return {cos_.data(), sin_.data(), half_};
        const size_t bytes = cos_.size() * sizeof(float);
        if (there_.bytes() < 2 * bytes) { // both grow together
            q.wait();
            there_ = block();
            there_ = block(q.device(), 2 * bytes);
            q.write(there_.data(), cos_.data(), (int64_t) cos_.size());
            q.write(there_.data() + cos_.size(), sin_.data(), (int64_t) sin_.size());
        }
        return {there_.data(), there_.data() + there_.bytes() / sizeof(float) / 2, half_};
    }

  private:
    float scaled(float angle, int32_t pair) const {
        if (scaling_.kind != GTO_ROPE_LINEAR && scaling_.kind != GTO_ROPE_YARN) return angle;
        const float divided = angle / scaling_.factor;
        if (scaling_.kind == GTO_ROPE_LINEAR) return divided;
        const float along = ((float) pair - first_slowed_) / std::max(0.001f, last_slowed_ - first_slowed_);
        const float share = 1.0f - std::clamp(along, 0.0f, 1.0f);
        return divided * (1.0f - share) + angle * share;
    }

    int32_t half_;
    float base_;
    std::vector<float> factors_, cos_, sin_;
    gto_rope_scaling scaling_;
    float magnitude_ = 1.0f;
    float first_slowed_ = 0.0f, last_slowed_ = 0.0f; // YARN: pairs between which angles come to be divided
    block there_;                                    // both, on an accelerated device
};

} // namespace gto
