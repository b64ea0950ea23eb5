// The product that both test devices compute: plain loops, sums in F32 in the order of k.
#pragma once

#include "device/accelerator.h"

namespace gto_test {

// Element (i, j) lies i * row + j * column numbers further.
struct strided {
    const void * data;
    int64_t row, column;
};

// c[i * c_row + j * c_column] = alpha * sum over l of a(i, l) b(l, j), plus beta times what it held unless beta is 0.
void multiply_strided(int64_t m, int64_t n, int64_t k, gto::number_type type, float alpha, strided a, strided b,
                      float beta, float * c, int64_t c_row, int64_t c_column);

// Bytes from the first to the last element of `batch` matrices of `rows` rows of `columns`, `ld` apart.
inline size_t bytes_of(int64_t rows, int64_t columns, int64_t ld, int64_t batch, int64_t step, size_t element) {
    return (size_t) ((batch - 1) * step + (rows - 1) * ld + columns) * element;
}

} // namespace gto_test
