#include "draft/swiglu.h"

#include "kernel/clones.h"
#include "kernel/exponential.h"

namespace gto {

GTO_CLONES void silu_times_backward(const float * gate_up, const float * d_out, int64_t n, float * d_gate_up) {
    for (int64_t i = 0; i < n; i++) {
        const float x = gate_up[i], sigmoid = 1.0f / (1.0f + exponential(-x));
        d_gate_up[i] = d_out[i] * gate_up[n + i] * sigmoid * (1.0f + x * (1.0f - sigmoid));
        d_gate_up[n + i] = d_out[i] * x * sigmoid;
    }
}

} // namespace gto
