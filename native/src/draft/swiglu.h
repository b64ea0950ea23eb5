// SwiGLU and its gradient: out = silu(gate) * up.
#pragma once

#include <cstdint>

namespace gto {

void silu_times(const float * gate, const float * up, int64_t n, float * out);
// Of a row [gate: n | up: n].
void silu_times_backward(const float * gate_up, const float * d_out, int64_t n, float * d_gate_up);

} // namespace gto
