// A row-major matrix in a device's memory, for kernels and whoever records them.
#pragma once

#include "kernel/group.h"

namespace gto {

// Consecutive rows are `stride` floats apart.
struct matrix {
    float * data = nullptr;
    int64_t rows = 0, cols = 0, stride = 0;

    GTO_HD float * row(int64_t i) const { return data + i * stride; }
    GTO_HD matrix slice(int64_t first, int64_t count) const { return {row(first), count, cols, stride}; }
    GTO_HD matrix columns(int64_t first, int64_t count) const { return {data + first, rows, count, stride}; }
};

inline matrix dense(float * data, int64_t rows, int64_t cols) { return {data, rows, cols, cols}; }

} // namespace gto
