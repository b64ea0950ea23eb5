// Products of F32, F16 and BF16 matrices as they lie in memory with rows of F32: one source compiled for each
// instruction set.
//
//   y[r][o] = sum_k w[o][k] x[r][k]
//
// Column k is summed in lane k mod 16, fused and in order, and the 16 lanes in a fixed tree: the bits of y[r][o] depend
// on nothing but row r and output o, and are the same with every instruction set.
#pragma once

#include "ggml.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gto {

inline bool is_float(ggml_type type) {
    return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
}

struct float_rows_product {
    ggml_type type;       // of the weights: F32, F16 or BF16
    const void * weights; // [outputs], weight_stride bytes apart
    size_t weight_stride;
    int64_t columns;            // any number
    const float * const * rows; // [n_rows]
    float * const * out;        // [n_rows], where output 0 goes
    int64_t n_rows;
};

struct float_rows_kernel {
    const char * name;
    // Outputs [first, last).
    void (*multiply)(const float_rows_product & product, int64_t first, int64_t last);
};

// What this processor can run, the fastest first. Never empty.
const std::vector<const float_rows_kernel *> & float_rows_kernels();

} // namespace gto
