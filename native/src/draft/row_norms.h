// RMSNorm of one row and its gradient, for any group (kernel/group.h). x, w, y [n]; d_x is dL/dx; means are over the n
// values.
//   inv    = 1 / sqrt(mean(x^2) + eps)
//   y_i    = x_i inv w_i
//   d_w_i += d_y_i x_i inv                                  norm_gradient_columns (draft/kernels.h), over all rows
//   d_x_i += d_y_i w_i inv - x_i inv^3 mean(d_y w x)        as d(inv)/d(x_i) = - inv^3 x_i / n
#pragma once

#include "kernel/group.h"

namespace gto {

template <class Group> GTO_HD float rms_inverse(Group g, const float * x, int32_t n, float eps) {
    return (float) (1.0 / sqrt(sum_over(g, n, [=](int32_t i) { return x[i] * x[i]; }) / n + eps));
}

// y may be x.
template <class Group> GTO_HD void rms_row(Group g, const float * x, const float * w, int32_t n, float eps, float * y) {
    const float inverse = rms_inverse(g, x, n, eps);
    each(g, n, [=](int32_t i) { y[i] = x[i] * inverse * w[i]; });
}

// d_x = base + the gradient; base is null for 0, and may be d_x. Returns inv.
template <class Group> GTO_HD float rms_row_backward(Group g, const float * x, const float * w, const float * d_y,
                                                     int32_t n, float eps, const float * base, float * d_x) {
    const float inverse = rms_inverse(g, x, n, eps);
    const float mean =
        (float) (sum_over(g, n, [=](int32_t i) { return d_y[i] * w[i] * x[i]; }) / n) * inverse * inverse * inverse;
    each(g, n, [=](int32_t i) { d_x[i] = (base ? base[i] : 0.0f) + (d_y[i] * w[i] * inverse - x[i] * mean); });
    return inverse;
}

// The host's forms, compiled for its vector units (row_norms.cpp).
float rms_inverse(host_group, const float * x, int32_t n, float eps);
void rms_row(host_group, const float * x, const float * w, int32_t n, float eps, float * y);
float rms_row_backward(host_group, const float * x, const float * w, const float * d_y, int32_t n, float eps,
                       const float * base, float * d_x);

} // namespace gto
