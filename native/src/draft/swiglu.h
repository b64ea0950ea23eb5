// SwiGLU of one row and its gradient, for any group (kernel/group.h). gate, up, out [n]; d_x is dL/dx.
//   sigma  = 1 / (1 + exp(-gate)),  silu(gate) = gate sigma
//   out    = silu(gate) up
//   d_gate = d_out up sigma (1 + gate (1 - sigma))          silu' = sigma + gate sigma (1 - sigma)
//   d_up   = d_out silu(gate)
#pragma once

#include "kernel/exponential.h"

namespace gto {

template <class Group> GTO_HD void swiglu(Group g, const float * gate, const float * up, int32_t n, float * out) {
    each(g, n, [=](int32_t i) { out[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i]; });
}

// Of a row [gate: n | up: n].
template <class Group>
GTO_HD void swiglu_backward(Group g, const float * gate_up, const float * d_out, int32_t n, float * d_gate_up) {
    each(g, n, [=](int32_t i) {
        const float x = gate_up[i], sigmoid = 1.0f / (1.0f + exponential(-x));
        d_gate_up[i] = d_out[i] * gate_up[n + i] * sigmoid * (1.0f + x * (1.0f - sigmoid));
        d_gate_up[n + i] = d_out[i] * x * sigmoid;
    });
}

// The host's forms, compiled for its vector units (swiglu.cpp).
void swiglu(host_group, const float * gate, const float * up, int32_t n, float * out);
void swiglu_backward(host_group, const float * gate_up, const float * d_out, int32_t n, float * d_gate_up);

} // namespace gto
