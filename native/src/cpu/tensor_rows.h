// Rows of a ggml tensor of floats with up to 4 dimensions, in one line.
#pragma once

#include "ggml.h"

#include <cstdint>

namespace gto {

inline float * row_of(const ggml_tensor * t, int64_t row) {
    const int64_t i1 = row % t->ne[1], i2 = row / t->ne[1] % t->ne[2], i3 = row / t->ne[1] / t->ne[2];
    return (float *) ((char *) t->data + (size_t) i1 * t->nb[1] + (size_t) i2 * t->nb[2] + (size_t) i3 * t->nb[3]);
}

} // namespace gto
