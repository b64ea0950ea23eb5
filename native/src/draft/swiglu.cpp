#include "draft/swiglu.h"

#include "cpu/row_functions.h"
#include "kernel/clones.h"

namespace gto {

void swiglu(host_group, const float * gate, const float * up, int32_t n, float * out) { swiglu_row(gate, up, n, out); }

GTO_CLONES void swiglu_backward(host_group, const float * gate_up, const float * d_out, int32_t n, float * d_gate_up) {
    for (int64_t i = 0; i < n; i++) {
        const float x = gate_up[i], sigmoid = 1.0f / (1.0f + exponential(-x));
        d_gate_up[i] = d_out[i] * gate_up[n + i] * sigmoid * (1.0f + x * (1.0f - sigmoid));
        d_gate_up[n + i] = d_out[i] * x * sigmoid;
    }
}

} // namespace gto
