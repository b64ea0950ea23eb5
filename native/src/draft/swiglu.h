// The gradient of SwiGLU, whose forward is cpu/row_functions.h's swiglu_row. gate, up, out [n]; d_x is dL/dx.
//   sigma  = 1 / (1 + exp(-gate)),  silu(gate) = gate sigma
//   out    = silu(gate) up
//   d_gate = d_out up sigma (1 + gate (1 - sigma))          silu' = sigma + gate sigma (1 - sigma)
//   d_up   = d_out silu(gate)
#pragma once

#include <cstdint>

namespace gto {

// Of a row [gate: n | up: n].
void silu_times_backward(const float * gate_up, const float * d_out, int64_t n, float * d_gate_up);

} // namespace gto
