// RMSNorm of one row and its gradient. x, w, y [n]; d_x is dL/dx; means are over the n values.
//   inv    = 1 / sqrt(mean(x^2) + eps)
//   y_i    = x_i inv w_i
//   d_w_i += d_y_i x_i inv
//   d_x_i += d_y_i w_i inv - x_i inv^3 mean(d_y w x)        as d(inv)/d(x_i) = - inv^3 x_i / n
#pragma once

#include <cstdint>

namespace gto {

void rms_row(const float * x, const float * w, int64_t n, float eps, float * y);

// Adds to dx and dw. With dx = null only to dw.
void rms_row_backward(const float * x, const float * w, const float * dy, int64_t n, float eps, float * dx, float * dw);

} // namespace gto
