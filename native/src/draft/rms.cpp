#include "draft/rms.h"

#include "kernel/clones.h"
#include "kernel/lane_sum.h"

#include <cmath>

namespace gto {

static inline float rms_inverse(const float * x, int64_t n, float eps) {
    return (float) (1.0 / std::sqrt(lane_sum(n, [=](int64_t i) { return x[i] * x[i]; }) / n + eps));
}

GTO_CLONES void rms_row(const float * x, const float * w, int64_t n, float eps, float * y) {
    const float inverse = rms_inverse(x, n, eps);
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * inverse * w[i];
}

GTO_CLONES void rms_row_backward(const float * x, const float * w, const float * dy, int64_t n, float eps, float * dx,
                                 float * dw) {
    const float inverse = rms_inverse(x, n, eps);
    for (int64_t i = 0; i < n; i++) dw[i] += dy[i] * x[i] * inverse;
    if (!dx) return;
    const float mean =
        (float) (lane_sum(n, [=](int64_t i) { return dy[i] * w[i] * x[i]; }) / n) * inverse * inverse * inverse;
    for (int64_t i = 0; i < n; i++) dx[i] += dy[i] * w[i] * inverse - x[i] * mean;
}

} // namespace gto
