// Products of packed quantised weights with rows of activations in 8 bits: one source compiled for each instruction set, and the choice among what this
// processor has.
//
//   y[r][o] = sum over blocks b of 32 columns of  a_scale[r][b] * (w_scale[o][b] * sum_k w[o][k] a[r][k] - w_min[o][b] * sum_k a[r][k])
//
// Sums over k are integers. The sum over b is in F32, in order, one fused multiply-add a term: the bits of y[r][o] depend on nothing but row r and output o,
// and are the same with every instruction set.
#pragma once

#include "cpu/packed_format.h"

#include <vector>

namespace gto {

// Rows of activations, a scale every 32 columns. A block with a value that isn't finite has scale NaN, so that every output of its row is NaN.
struct quantized_rows {
    int8_t * values; // [rows][columns]
    float * scales;  // [rows][columns / 32]
    int32_t * sums;  // [rows][columns / 32], of the values
};

struct integer_product {
    const packed_format * format;
    const void * weights; // packed
    int64_t outputs, columns;
    quantized_rows rows;
    int64_t n_rows;
    float * out; // [n_rows], out_stride floats apart
    int64_t out_stride;
};

struct integer_kernel {
    const char * name;
    // One row of `columns` (a multiple of 32) values.
    void (*quantize)(const float * row, int64_t columns, int8_t * values, float * scales, int32_t * sums);
    // Outputs of tiles [first, last).
    void (*multiply)(const integer_product & product, int64_t first, int64_t last);
};

// What this processor can run, the fastest first. Never empty: the last one is portable.
const std::vector<const integer_kernel *> & integer_kernels();

} // namespace gto
