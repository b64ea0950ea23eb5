// What a decoder layer does to a row between its products. Each value is computed in the same way whatever row it is
// of.
#pragma once

#include <cstdint>

namespace gto {

// y = a + b.
void add_row(const float * a, const float * b, int64_t n, float * y);
// y = x / sqrt(mean(x ^ 2) + eps) * weight; weight null: of ones. Squares are summed in F64, in 16 sums and these in
// order. y may be x.
void rms_norm_row(const float * x, const float * weight, int64_t n, float eps, float * y);
// y = silu(gate) * up. y may be gate or up.
void swiglu_row(const float * gate, const float * up, int64_t n, float * y);

} // namespace gto
