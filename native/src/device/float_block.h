// The F32 product kernel, for a source file that has chosen its instruction set and defined `lanes`:
//   vec                         a GCC vector of floats
//   rows, vectors               of c that fit the registers with a row of b and a value of a
//   load(p, n), store(p, n, v)  the first n values
// Everything here is local to that file, so that no other file runs instructions that its processor may lack.
#pragma once

#include "common/ceil_div.h"
#include "device/float_kernel.h"

#include <cstring>

namespace gto {
namespace {

using vec = lanes::vec;
constexpr int64_t width = sizeof(vec) / sizeof(float);

inline vec load_whole(const float * p) {
    vec v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

// The last vector holds `last` columns.
template <int Rows, int Vectors, bool Whole>
inline void multiply_registers(const block_product & p, const float * a, const float * b, float * c, int64_t last) {
    vec sum[Rows][Vectors];
#pragma GCC unroll 8
    for (int i = 0; i < Rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; v++) sum[i][v] = vec{};
    }
    // where c ends up may be far away, and it is needed when nothing is left to do meanwhile
#pragma GCC unroll 8
    for (int i = 0; i < Rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; v++) __builtin_prefetch(c + i * p.c_step + v * width, 1);
    }
    const float * of_row[Rows];
#pragma GCC unroll 8
    for (int i = 0; i < Rows; i++) of_row[i] = a + i * p.a_row;
    const int64_t end = p.k * p.a_step;
    for (int64_t j = 0; j < end; j += p.a_step, b += p.b_step) {
        vec across[Vectors];
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; v++) {
            across[v] = Whole || v + 1 < Vectors ? load_whole(b + v * width) : lanes::load(b + v * width, last);
        }
#pragma GCC unroll 8
        for (int i = 0; i < Rows; i++) {
            const float factor = of_row[i][j];
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; v++) sum[i][v] += factor * across[v];
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; v++) {
            float * to = c + i * p.c_step + v * width;
            const int64_t n = Whole || v + 1 < Vectors ? width : last;
            lanes::store(to, n, p.add ? lanes::load(to, n) + sum[i][v] : sum[i][v]);
        }
    }
}

// Row blocks of lanes::rows, then of halves of it.
template <int Rows, int Vectors, bool Whole>
void multiply_rows(const block_product & p, int64_t first, const float * b, float * c, int64_t last) {
    for (; first + Rows <= p.rows; first += Rows) {
        multiply_registers<Rows, Vectors, Whole>(p, p.a + first * p.a_row, b, c + first * p.c_step, last);
    }
    if constexpr (Rows > 1) {
        if (first < p.rows) multiply_rows<Rows / 2, Vectors, Whole>(p, first, b, c, last);
    }
}

template <int Vectors> void multiply_columns(const block_product & p, int vectors, int64_t first, int64_t last) {
    if constexpr (Vectors > 1) {
        if (vectors < Vectors) return multiply_columns<Vectors - 1>(p, vectors, first, last);
    }
    if (last == width) return multiply_rows<lanes::rows, Vectors, true>(p, 0, p.b + first, p.c + first, last);
    multiply_rows<lanes::rows, Vectors, false>(p, 0, p.b + first, p.c + first, last);
}

void multiply(const block_product & p) {
    const int64_t vectors = ceil_div(p.columns, width), blocks = ceil_div(vectors, lanes::vectors);
    for (int64_t i = 0; i < blocks; i++) {
        const int64_t first = vectors * i / blocks, end = vectors * (i + 1) / blocks;
        multiply_columns<lanes::vectors>(p, (int) (end - first), first * width,
                                         end == vectors ? p.columns - (vectors - 1) * width : width);
    }
}

constexpr float_kernel kernel = {lanes::name, lanes::rows, lanes::vectors * width, multiply};

} // namespace
} // namespace gto
