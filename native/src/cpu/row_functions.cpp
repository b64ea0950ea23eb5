#include "cpu/row_functions.h"

#include "kernel/clones.h"
#include "kernel/exponential.h"

#include <cmath>

namespace gto {

GTO_CLONES void add_row(const float * a, const float * b, int64_t n, float * y) {
    for (int64_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

GTO_CLONES void rms_norm_row(const float * x, const float * weight, int64_t n, float eps, float * y) {
    constexpr int64_t lanes = 16;
    double sums[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int64_t l = 0; l < lanes; l++) sums[l] += (double) x[i + l] * (double) x[i + l]; // exact products
    }
    for (int64_t l = 0; i + l < n; l++) sums[l] += (double) x[i + l] * (double) x[i + l];
    double sum = 0;
    for (const double s : sums) sum += s;
    const float factor = 1.0f / std::sqrt((float) (sum / (double) n) + eps);
    if (weight) {
        for (i = 0; i < n; i++) y[i] = x[i] * factor * weight[i];
    } else {
        for (i = 0; i < n; i++) y[i] = x[i] * factor;
    }
}

GTO_CLONES void swiglu_row(const float * gate, const float * up, int64_t n, float * y) {
    for (int64_t i = 0; i < n; i++) y[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i];
}

} // namespace gto
