// The gradient of SwiGLU (cpu/row_functions.h).
#pragma once

#include <cstdint>

namespace gto {

// Of a row [gate: n | up: n].
void silu_times_backward(const float * gate_up, const float * d_out, int64_t n, float * d_gate_up);

} // namespace gto
