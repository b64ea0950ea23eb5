// SwiGLU of one row and its gradient: out = silu(gate) * up, the row being [gate: n | up: n].
#pragma once

#include <cstdint>

namespace gto {

void silu_times(const float * gate_up, int64_t n, float * out);
void silu_times_backward(const float * gate_up, const float * d_out, int64_t n, float * d_gate_up);

} // namespace gto
