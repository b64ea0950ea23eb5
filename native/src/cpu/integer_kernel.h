// Products of packed quantised weights with rows of activations in 8 bits: one source compiled for each instruction
// set, and the choice among what this processor has.
//
//   y[r][o] = sum over blocks b of 32 columns of
//             a_scale[r][b] * (w_scale[o][b] * sum_k w[o][k] a[r][k] - w_min[o][b] * sum_k a[r][k])
//
// Sums over k are integers. The sum over b is in F32, in order, one fused multiply-add a term: the bits of y[r][o]
// depend on nothing but row r and output o, and are the same with every instruction set.
#pragma once

#include "cpu/packed_format.h"

#include <vector>

namespace gto {

struct integer_product {
    const packed_format * format;
    const void * weights; // packed
    int64_t outputs, columns;
    const void * rows; // of activations, as this kernel's `quantize` left them
    int64_t n_rows;
    float * const * out; // [n_rows], where output 0 goes
};

struct integer_kernel {
    const char * name;
    // How many bytes n_rows rows of activations take; each kernel has its own order of them.
    size_t (*rows_bytes)(int64_t n_rows, int64_t columns);
    // Rounds row r of n_rows, of `columns` (a multiple of 32) values: whole numbers from -127 to 127 and a scale every
    // 32 columns. A block with a value that isn't finite has scale NaN, so that every output of its row is NaN. Threads
    // may do different rows at once.
    void (*quantize)(const float * values, int64_t columns, int64_t r, int64_t n_rows, void * rows);
    // Outputs of tiles [first, last).
    void (*multiply)(const integer_product & product, int64_t first, int64_t last);
};

// What this processor can run, the fastest first. Never empty: the last one is portable.
const std::vector<const integer_kernel *> & integer_kernels();

// One for each instruction set; null where the compiler can't build it or the processor lacks it.
const integer_kernel * integer_kernel_avx512_vnni();
const integer_kernel * integer_kernel_avx512();
const integer_kernel * integer_kernel_avx_vnni();
const integer_kernel * integer_kernel_avx2();
const integer_kernel * integer_kernel_i8mm();
const integer_kernel * integer_kernel_dotprod();
const integer_kernel * integer_kernel_portable();

} // namespace gto
