// Products of float weights with rows of floats, for a source file that has chosen its instruction set and included its
// `lanes`:
//   vec                              16 floats
//   zero(), load(p), load(p, n)      n < 16: zeros behind the first n
//   fma(a, b, c), sums(v, out)       sums over the lanes of four vectors: lanes i and i + 8, then i + 4, i + 2, i + 1
//   from_f16(p), from_bf16(p)        16 weights; from_q8_0(scale, p): of a block's
//   part, parts                      what a register holds of a vec; load_part and part_from_.. make one
//   rows, outputs(rows)              how many are multiplied at once: their sums fit the registers
// Everything here is local to that file, so that no other file runs instructions that its processor may lack.
#pragma once

#include "cpu/float_rows.h"
#include "cpu/row_groups.h"

namespace gto {
namespace {

using vec = lanes::vec;

// What types of weights differ in: 16 of them, from column k (a multiple of 16) of a row; or the first n < 16.
struct f32_weights {
    static vec load(const char * row, int64_t k) { return lanes::load((const float *) row + k); }
    static lanes::part load_part(const char * row, int64_t k) { return lanes::load_part((const float *) row + k); }
    static vec load(const char * row, int64_t k, int64_t n) { return lanes::load((const float *) row + k, n); }
    static constexpr int64_t bytes(int64_t k) { return k * 4; }
};

inline const void * padded(const char * p, int64_t n, uint16_t * some) {
    memcpy(some, p, n * sizeof *some);
    return some;
}

struct f16_weights {
    static vec load(const char * row, int64_t k) { return lanes::from_f16(row + 2 * k); }
    static lanes::part load_part(const char * row, int64_t k) { return lanes::part_from_f16(row + 2 * k); }
    static vec load(const char * row, int64_t k, int64_t n) {
        uint16_t some[16] = {};
        return lanes::from_f16(padded(row + 2 * k, n, some));
    }
    static constexpr int64_t bytes(int64_t k) { return k * 2; }
};

struct bf16_weights {
    static vec load(const char * row, int64_t k) { return lanes::from_bf16(row + 2 * k); }
    static lanes::part load_part(const char * row, int64_t k) { return lanes::part_from_bf16(row + 2 * k); }
    static vec load(const char * row, int64_t k, int64_t n) {
        uint16_t some[16] = {};
        return lanes::from_bf16(padded(row + 2 * k, n, some));
    }
    static constexpr int64_t bytes(int64_t k) { return k * 2; }
};

// Keys and values of a cache. Rows are whole blocks of 32.
struct q8_0_weights {
    static vec load(const char * row, int64_t k) { return lanes::from_q8_0(scale(row, k), values(row, k)); }
    static lanes::part load_part(const char * row, int64_t k) {
        return lanes::part_from_q8_0(scale(row, k), values(row, k));
    }
    static vec load(const char * row, int64_t k, int64_t) { return load(row, k); }
    static constexpr int64_t bytes(int64_t k) { return k / 32 * 34; }

  private:
    static uint16_t scale(const char * row, int64_t k) {
        uint16_t bits;
        memcpy(&bits, row + bytes(k), sizeof bits);
        return bits;
    }
    static const int8_t * values(const char * row, int64_t k) { return (const int8_t *) row + bytes(k) + 2 + k % 32; }
};

// Calls f with the weights of a type. False for one that isn't known.
template <class F> bool with_weights(ggml_type type, F && f) {
    switch (type) {
        case GGML_TYPE_F32: f(f32_weights()); return true;
        case GGML_TYPE_F16: f(f16_weights()); return true;
        case GGML_TYPE_BF16: f(bf16_weights()); return true;
        case GGML_TYPE_Q8_0: f(q8_0_weights()); return true;
        default: return false;
    }
}

// Weights to have on their way to the cache meanwhile, so many bytes on from those that are multiplied, and more of
// them with each 16 columns: the processor fetches ahead along a row, not from one block of rows to the next. Cache:
// the level they go to.
template <int Cache> struct fetch_ahead { int64_t first, step; };
struct fetch_nothing {};

inline __attribute__((always_inline)) void fetch(const char *, fetch_nothing) {}
template <int Cache> inline __attribute__((always_inline)) void fetch(const char * weights, fetch_ahead<Cache> ahead) {
    __builtin_prefetch(weights + ahead.first, 0, 4 - Cache);
}
inline __attribute__((always_inline)) fetch_nothing after(fetch_nothing) { return {}; }
template <int Cache> inline __attribute__((always_inline)) fetch_ahead<Cache> after(fetch_ahead<Cache> ahead) {
    return {ahead.first + ahead.step, ahead.step};
}

// Adds columns [k, end) to the sums of a block of outputs and rows. Only the last columns of a row may end beside a
// multiple of 16.
template <class Weights, int Outputs, int Rows, class Ahead>
inline __attribute__((always_inline)) void add_columns(const char * weights, size_t stride, const float * const * rows,
                                                       int64_t k, int64_t end, vec * sum, Ahead ahead) {
    const char * w[Outputs];
#pragma GCC unroll 8
    for (int o = 0; o < Outputs; o++) w[o] = weights + (size_t) o * stride;
    const float * x[Rows];
#pragma GCC unroll 8
    for (int r = 0; r < Rows; r++) x[r] = rows[r];
    for (; k + 16 <= end; k += 16) {
#pragma GCC unroll 8
        for (int o = 0; o < Outputs; o++) fetch(w[o], ahead);
        ahead = after(ahead);
#pragma GCC unroll 4
        for (int i = 0; i < lanes::parts; i++) {
            lanes::part across[Outputs];
            const int64_t column = k + i * (16 / lanes::parts);
#pragma GCC unroll 8
            for (int o = 0; o < Outputs; o++) across[o] = Weights::load_part(w[o], column);
#pragma GCC unroll 8
            for (int r = 0; r < Rows; r++) {
                const lanes::part of_row = lanes::load_part(x[r] + column);
#pragma GCC unroll 8
                for (int o = 0; o < Outputs; o++) {
                    lanes::at(sum[r * Outputs + o], i) =
                        lanes::fma(across[o], of_row, lanes::at(sum[r * Outputs + o], i));
                }
            }
        }
    }
    if (k == end) return;
    vec across[Outputs];
#pragma GCC unroll 8
    for (int o = 0; o < Outputs; o++) across[o] = Weights::load(w[o], k, end - k);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; r++) {
        const vec of_row = lanes::load(x[r] + k, end - k);
#pragma GCC unroll 8
        for (int o = 0; o < Outputs; o++) sum[r * Outputs + o] = lanes::fma(across[o], of_row, sum[r * Outputs + o]);
    }
}

constexpr int whole_fours(int n) { return (n + 3) / 4 * 4; }

// Sums up the lanes of a block; what fills up the last four is zero.
template <int Outputs, int Rows>
inline __attribute__((always_inline)) void finish(vec * sum, float * const * out, int64_t first) {
    constexpr int n = Outputs * Rows;
    float totals[whole_fours(n)];
#pragma GCC unroll 8
    for (int i = 0; i < n; i += 4) lanes::sums(sum + i, totals + i);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; r++) memcpy(out[r] + first, totals + r * Outputs, Outputs * sizeof(float));
}

// Outputs [first, last) of a few rows, whose columns are read once.
template <class Weights, int Outputs, int Rows, class Ahead>
void multiply_outputs(const float_rows_product & p, int64_t row, int64_t first, int64_t last, Ahead ahead) {
    for (; first + Outputs <= last; first += Outputs) {
        vec sum[whole_fours(Outputs * Rows)];
#pragma GCC unroll 32
        for (vec & s : sum) s = lanes::zero();
        add_columns<Weights, Outputs, Rows>((const char *) p.weights + (size_t) first * p.weight_stride,
                                            p.weight_stride, p.rows + row, 0, p.columns, sum, ahead);
        finish<Outputs, Rows>(sum, p.out + row, first);
    }
    if constexpr (Outputs > 1) {
        if (first < last) multiply_outputs<Weights, Outputs / 2, Rows>(p, row, first, last, ahead);
    }
}

template <class Weights, int Rows = lanes::rows, class Ahead>
void multiply_rows(const float_rows_product & p, int64_t row, int64_t n, int64_t first, int64_t last, Ahead ahead) {
    if constexpr (Rows > 1) {
        if (n < Rows) return multiply_rows<Weights, Rows - 1>(p, row, n, first, last, ahead);
    }
    multiply_outputs<Weights, lanes::outputs(Rows), Rows>(p, row, first, last, ahead);
}

row_groups groups_of(int64_t n_rows) { return row_groups(n_rows, lanes::rows, 1); }

// A block of weights stays in the first cache while groups of rows pass by, each of which has its part of the next
// block fetched.
template <class Weights, int Cache> void multiply_blocks(const float_rows_product & p, int64_t first, int64_t last) {
    constexpr int64_t block_bytes = 12 << 10, least = 8;
    const row_groups groups = groups_of(p.n_rows);
    const int64_t bytes = Weights::bytes(p.columns), fit = block_bytes / (bytes + 1) & -least;
    const int64_t block = fit < least ? least : fit;
    for (int64_t o = first; o < last; o += block) {
        const int64_t end = last - o < block ? last : o + block, next = block * (int64_t) p.weight_stride;
        for (int64_t g = 0; g < groups.count(); g++) {
            const fetch_ahead<Cache> ahead = {next + bytes * g / groups.count(),
                                              Weights::bytes(32) / 2 / groups.count()};
            multiply_rows<Weights>(p, groups.begin(g), groups.size(g), o, end, ahead);
        }
    }
}

// Few rows wait for memory: the second cache has more lines on their way from it at once (F16: 8 rows took 1.27 times
// as long as one row, 1.17 times so). Many rows wait for the first cache, and with F32 8 do.
template <class Weights> void multiply_weights(const float_rows_product & p, int64_t first, int64_t last) {
    if (groups_of(p.n_rows).count() * Weights::bytes(32) <= 4 * 32) {
        multiply_blocks<Weights, 2>(p, first, last);
    } else {
        multiply_blocks<Weights, 1>(p, first, last);
    }
}

inline void multiply_float_rows(const float_rows_product & p, int64_t first, int64_t last) {
    with_weights(p.type, [&](auto weights) { multiply_weights<decltype(weights)>(p, first, last); });
}

// Of weights that the first cache has.
template <class Weights> void multiply_cached(const float_rows_product & p, int64_t first, int64_t last) {
    const row_groups groups = groups_of(p.n_rows);
    for (int64_t g = 0; g < groups.count(); g++) {
        multiply_rows<Weights>(p, groups.begin(g), groups.size(g), first, last, fetch_nothing());
    }
}

} // namespace
} // namespace gto
