// Rotary position embedding of neighbouring pairs (ggml's NORM kind, as stock eagle3 nets use it).
// For pair i = 0..D/2-1 of a head of D values at a position:
//   angle     = position base^(-2i / D) / factor_i           factor_i: 1 without frequency factors
//   x'_2i     = x_2i cos(angle) - x_(2i+1) sin(angle)
//   x'_(2i+1) = x_2i sin(angle) + x_(2i+1) cos(angle)
// A rotation's transpose is its inverse, so the gradient is rotated by -angle.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace gto {

class rope_table {
  public:
    rope_table(int32_t head_dim, float base, std::vector<float> factors)
        : half_(head_dim / 2), base_(base), factors_(std::move(factors)) {}

    // Makes positions 0..n-1 known.
    void extend(int32_t n) {
        const float step = std::pow(base_, -1.0f / half_);
        for (int32_t position = (int32_t) (cos_.size() / half_); position < n; position++) {
            float theta = (float) position;
            for (int32_t i = 0; i < half_; i++) {
                const float angle = factors_.empty() ? theta : theta / factors_[i];
                cos_.push_back(std::cos(angle));
                sin_.push_back(std::sin(angle));
                theta *= step;
            }
        }
    }

    // Rotates values [first, last) (even numbers) of consecutive heads by the angle of `position`; sign = -1 rotates
    // back (the gradient).
    void rotate(float * heads, int64_t first, int64_t last, int32_t position, float sign) const {
        while (first < last) {
            const int64_t of_head = first / 2 % half_, pairs = std::min(half_ - of_head, (last - first) / 2);
            const float * c = cos_.data() + (int64_t) position * half_ + of_head;
            const float * s = sin_.data() + (int64_t) position * half_ + of_head;
            float * pair = heads + first;
            for (int64_t i = 0; i < pairs; i++) {
                const float x = pair[2 * i], y = pair[2 * i + 1];
                pair[2 * i] = x * c[i] - sign * y * s[i];
                pair[2 * i + 1] = sign * x * s[i] + y * c[i];
            }
            first += 2 * pairs;
        }
    }

  private:
    int32_t half_;
    float base_;
    std::vector<float> factors_, cos_, sin_;
};

} // namespace gto
