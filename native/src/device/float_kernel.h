// Products of F32 blocks: one source (float_block.h) compiled for each instruction set, and the choice among what this
// processor has.
#pragma once

#include <cstdint>
#include <vector>

namespace gto {

// c [rows x columns] = a [rows x k] * b [k x columns], or added to what c holds. Value (i, j) of a lies at a[i * a_row
// + j * a_step]; the values of a row of b or c follow each other, its rows are b_step and c_step apart. c overlaps
// neither a nor b.
struct block_product {
    int64_t rows, columns, k;
    const float * a;
    int64_t a_row, a_step;
    const float * b;
    int64_t b_step;
    float * c;
    int64_t c_step;
    bool add;
};

// Each entry of c is one sum over k in order, whatever else is computed beside it.
struct float_kernel {
    const char * name;
    int64_t rows, columns; // of c that are summed in registers at once
    void (*multiply)(const block_product & product);
};

// What this processor can run, the fastest first. Never empty.
const std::vector<const float_kernel *> & float_kernels();

inline const float_kernel & fastest_float_kernel() { return *float_kernels().front(); }

// One for each instruction set; null where the compiler can't build it.
const float_kernel * float_kernel_avx512();
const float_kernel * float_kernel_avx2();
const float_kernel * float_kernel_portable();

} // namespace gto
