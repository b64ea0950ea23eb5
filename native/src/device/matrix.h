// Matrices in device memory, and the shares of work on them.
#pragma once

#include "ggml.h"

#include <cstdint>

namespace gto {

// A row-major matrix in device memory; consecutive rows are `stride` floats apart.
struct matrix {
    float * data = nullptr;
    int64_t rows = 0, cols = 0, stride = 0;

    float * row(int64_t i) const { return data + i * stride; }
    matrix slice(int64_t first, int64_t count) const { return {row(first), count, cols, stride}; }
    matrix columns(int64_t first, int64_t count) const { return {data + first, rows, count, stride}; }
};

struct packed_format;

// A dense row-major matrix of any ggml type that is only read.
struct weights {
    const void * data;
    ggml_type type;
    int64_t rows, cols;
    // of as many rows each, one after another: a product makes the same columns of all of them at once
    int64_t parts = 1;
    const packed_format * packed = nullptr; // how each part lies, or as the type says
};

inline weights weights_of(const matrix & m) { return {m.data, GGML_TYPE_F32, m.rows, m.cols}; }

inline matrix dense(float * data, int64_t rows, int64_t cols) { return {data, rows, cols, cols}; }

// The share [first, last) of n rows that thread ith of nth takes.
struct share {
    int64_t first, last;
    share(int64_t n, int ith, int nth) : first(n * ith / nth), last(n * (ith + 1) / nth) {}
};

} // namespace gto
