#include "draft/row_norms.h"

#include "kernel/clones.h"
#include "kernel/lane_sum.h"

#include <cmath>

namespace gto {

static inline float inverse_of(const float * x, int64_t n, float eps) {
    return (float) (1.0 / std::sqrt(lane_sum(n, [=](int64_t i) { return x[i] * x[i]; }) / n + eps));
}

GTO_CLONES float rms_inverse(host_group, const float * x, int32_t n, float eps) { return inverse_of(x, n, eps); }

GTO_CLONES void rms_row(host_group, const float * x, const float * w, int32_t n, float eps, float * y) {
    const float inverse = inverse_of(x, n, eps);
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * inverse * w[i];
}

GTO_CLONES float rms_row_backward(host_group, const float * x, const float * w, const float * d_y, int32_t n, float eps,
                                  const float * base, float * d_x) {
    const float inverse = inverse_of(x, n, eps);
    const float mean =
        (float) (lane_sum(n, [=](int64_t i) { return d_y[i] * w[i] * x[i]; }) / n) * inverse * inverse * inverse;
    if (base) {
        for (int64_t i = 0; i < n; i++) d_x[i] = base[i] + (d_y[i] * w[i] * inverse - x[i] * mean);
    } else {
        for (int64_t i = 0; i < n; i++) d_x[i] = d_y[i] * w[i] * inverse - x[i] * mean;
    }
    return inverse;
}

} // namespace gto
