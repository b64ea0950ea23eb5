// RMSNorm of one row and its gradient: y = x * inv * w, inv = 1 / sqrt(mean(x^2) + eps).
#pragma once

#include <cmath>
#include <cstdint>

namespace gto {

// Sum of f(i), i = 0..n-1, in a fixed order that vectorises.
template <class F> inline double lane_sum(int64_t n, F && f) {
    constexpr int64_t lanes = 16;
    float partial[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int64_t l = 0; l < lanes; l++) partial[l] += f(i + l);
    }
    double sum = 0;
    for (float p : partial) sum += p;
    for (; i < n; i++) sum += f(i);
    return sum;
}

inline float rms_inverse(const float * x, int64_t n, float eps) {
    return (float) (1.0 / std::sqrt(lane_sum(n, [=](int64_t i) { return x[i] * x[i]; }) / n + eps));
}

inline void rms_row(const float * x, const float * w, int64_t n, float eps, float * y) {
    const float inverse = rms_inverse(x, n, eps);
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * inverse * w[i];
}

// dx[i] += gradient; dw[i] += dy[i] * x[i] * inv. With dx = null only dw.
inline void rms_row_backward(const float * x, const float * w, const float * dy, int64_t n, float eps, float * dx, float * dw) {
    const float inverse = rms_inverse(x, n, eps);
    for (int64_t i = 0; i < n; i++) dw[i] += dy[i] * x[i] * inverse;
    if (!dx) return;
    const float mean = (float) (lane_sum(n, [=](int64_t i) { return dy[i] * w[i] * x[i]; }) / n) * inverse * inverse * inverse;
    for (int64_t i = 0; i < n; i++) dx[i] += dy[i] * w[i] * inverse - x[i] * mean;
}

} // namespace gto
