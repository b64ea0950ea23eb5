// RMSNorm of one row and its gradient: y = x * inv * w, inv = 1 / sqrt(mean(x^2) + eps).
#pragma once

#include <cstdint>

namespace gto {

void rms_row(const float * x, const float * w, int64_t n, float eps, float * y);

// dx[i] += gradient; dw[i] += dy[i] * x[i] * inv. With dx = null only dw.
void rms_row_backward(const float * x, const float * w, const float * dy, int64_t n, float eps, float * dx, float * dw);

} // namespace gto
