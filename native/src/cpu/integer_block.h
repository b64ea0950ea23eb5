// The kernel of quantised products, for a source file that has chosen its instruction set and defined `lanes`:
//
//   - bytes, ints, floats: GCC vectors of as many bytes, of uint8_t, int32_t and float; a strip's output in each lane
//   - rows: of activations whose sums fit the registers
//   - signed_weights: whether products are of signed bytes with signed ones
//   - strips_together(bits): how many vectors of outputs are multiplied at once, by the bits of a weight
//   - load(p): bytes that lie anywhere
//   - splat(p): an int or float of memory in all lanes
//   - four(p): 4 bytes of memory in all lanes of ints, as bytes
//   - halves(p): F16 to floats
//   - widen(p): uint8_t or int8_t to ints
//   - lookup(table, codes): bytes of a table of 16
//   - fused(a, b, c): a * b + c, rounded once
//   - round(x): to the nearest even int
//   - narrow(v, to): 32 ints from -127 to 127, in several vectors, to bytes of memory
//   - settle(v): an empty statement that the compiler can't look into
//   - row_unit and products<Q, First, Groups>(p, a, sum): of integer_dots.h, integer_pairs.h or integer_matrices.h, as
//     that file includes
//
// Everything here is local to that file, so that no other file runs instructions that its processor may lack.
//
// No product is left to be fused with a sum by the compiler: each sum is an explicit fused one, or exact.
#pragma once

#include "cpu/integer_codes.h"
#include "cpu/integer_kernel.h"
#include "cpu/row_groups.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gto {
namespace {

inline floats to_floats(ints v) { return __builtin_convertvector(v, floats); }

// The scales of S strips of a tile, from `at` of its bytes on.
template <class Q, int S> struct tile_scales {
    const uint8_t * at;
    floats d[S], m[S];

    tile_scales(const uint8_t * tile, int strip) : at(tile + Q::bytes_at + strip * width), d{}, m{} {
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) {
            const uint8_t * halves = tile + 2 * (strip + s) * width;
            if constexpr (Q::halves > 0) d[s] = lanes::halves(halves);
            if constexpr (Q::halves > 1) m[s] = lanes::halves(halves + 32);
            if constexpr (Q::form == scale_form::exponent) {
                const ints e = lanes::widen(at + s * width);
                d[s] = (floats) (e < 2 ? 0x00200000 << e : (e - 1) << 23);
            }
        }
    }

    // Adds columns [32 j, 32 j + 32), whose codes of these strips are at `p`.
    template <int R>
    [[gnu::always_inline]] void add(int j, const uint8_t * p, const row_block * a, floats (*out)[R]) const {
        if constexpr (Q::scale_columns == 32) {
            add_one_scale(j, p, a, out);
        } else {
            add_two_scales(j, p, a, out);
        }
    }

  private:
    template <int R>
    [[gnu::always_inline]] void add_one_scale(int j, const uint8_t * p, const row_block * a, floats (*out)[R]) const {
        ints sum[S][R];
        products<Q, 0, 8>(p, a, sum);
        floats scale[S], minimum[S];
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) {
            const uint8_t * of_strip = at + s * width;
            scale[s] = d[s];
            minimum[s] = m[s];
            if constexpr (Q::form == scale_form::bytes) {
                scale[s] = d[s] * to_floats(lanes::widen((const int8_t *) of_strip + 16 * j));
            }
            if constexpr (Q::form == scale_form::bytes_min) {
                scale[s] = d[s] * to_floats(lanes::widen(of_strip + 16 * j));
                minimum[s] = -m[s] * to_floats(lanes::widen(of_strip + 16 * (Q::scales + j)));
            }
        }
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const floats x = lanes::splat(&a[r].scale), of_minimum = lanes::splat(&a[r].scaled_sum);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                out[s][r] = lanes::fused(to_floats(sum[s][r]), scale[s] * x, out[s][r]);
                if constexpr (Q::halves == 2) out[s][r] = lanes::fused(minimum[s], of_minimum, out[s][r]);
            }
        }
    }

    // Both halves' sums times their scales are whole numbers below 2 ^ 24: exact.
    template <int R>
    [[gnu::always_inline]] void add_two_scales(int j, const uint8_t * p, const row_block * a, floats (*out)[R]) const {
        floats scale[2][S], minimum[2][S], weighted[S][R];
#pragma GCC unroll 2
        for (int h = 0; h < 2; h++) {
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                const uint8_t * of_strip = at + s * width + 16 * (2 * j + h);
                if constexpr (Q::form == scale_form::nibbles_min) {
                    const ints both = lanes::widen(of_strip);
                    scale[h][s] = to_floats(both & 15);
                    minimum[h][s] = to_floats(both >> 4);
                } else {
                    scale[h][s] = to_floats(lanes::widen((const int8_t *) of_strip));
                }
            }
        }
        ints sum[S][R];
        products<Q, 0, 4>(p, a, sum);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) weighted[s][r] = to_floats(sum[s][r]) * scale[0][s];
        }
        products<Q, 4, 4>(p, a, sum);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const floats x = lanes::splat(&a[r].scale);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                out[s][r] =
                    lanes::fused(lanes::fused(to_floats(sum[s][r]), scale[1][s], weighted[s][r]), d[s] * x, out[s][r]);
                if constexpr (Q::form == scale_form::nibbles_min) {
                    const floats first = to_floats(lanes::splat(&a[r].half[0])) * minimum[0][s];
                    // -128 times what to subtract
                    const floats taken = lanes::fused(to_floats(lanes::splat(&a[r].half[1])), minimum[1][s], first);
                    out[s][r] = lanes::fused(taken, m[s] * 0x1p-7f * x, out[s][r]);
                }
            }
        }
    }
};

// What a sweep over a tile has on its way from memory: `step` bytes from `at` on for every 32 columns.
struct memory_ahead {
    const uint8_t * at;
    size_t step;
};

// R rows, whose first block is `a`, of one tile.
template <class Q, int R> void multiply_tile(const uint8_t * tile, int64_t blocks, const row_block * a,
                                             float * const * out, int64_t first, int64_t outputs, memory_ahead ahead) {
    constexpr int together = lanes::strips_together(Q::bits);
    floats sum[strips][R] = {};
    const uint8_t * line = ahead.at;
    for (int64_t b = 0; b < blocks; b++, tile += Q::tile_bytes) {
        for (int j = 0; j < Q::block / 32; j++, a += R) {
            // The processor's own prefetching stops at each page of 4 KB. To the L2 cache: the L1 cache has too few
            // lines on their way to keep memory busy (8 rows took 1.4 times as long as one row, 1.05 times so).
            for (ahead.at += ahead.step; line < ahead.at; line += 64) __builtin_prefetch(line, 0, 2);
#pragma GCC unroll 4
            for (int s = 0; s < strips; s += together) {
                const row_block * beside = a;
                // or GCC would load for all strips at once what there are no registers for
                if (together < strips) asm volatile("" : "+r"(beside));
                tile_scales<Q, together>(tile, s).add(j, tile + Q::codes_at + j * Q::codes_bytes + s * strip_bytes,
                                                      beside, sum + s);
            }
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
        float of_tile[tile_outputs];
#pragma GCC unroll 4
        for (int s = 0; s < strips; s++) memcpy(of_tile + s * width, &sum[s][r], sizeof(floats));
        if (outputs == tile_outputs) {
            memcpy(out[r] + first, of_tile, sizeof of_tile);
        } else {
            memcpy(out[r] + first, of_tile, (size_t) outputs * sizeof(float));
        }
    }
}

using multiply_rows = void (*)(const uint8_t * tile, int64_t blocks, const row_block * a, float * const * out,
                               int64_t first, int64_t outputs, memory_ahead ahead);

// Rows are multiplied in groups, each by a sweep over a tile.
row_groups groups_of(int64_t n_rows) { return row_groups(n_rows, lanes::rows, row_unit); }

// What sweep `index` of `sweeps` over a tile fetches. One alone: what it comes to itself 16 KB later. Several: each its
// part of the next tile, so that memory is never idle.
template <class Q> memory_ahead ahead_of(const uint8_t * tile, int64_t blocks, int64_t index, int64_t sweeps) {
    constexpr size_t of_columns = Q::tile_bytes / (Q::block / 32);
    const size_t whole = (size_t) blocks * Q::tile_bytes;
    if (sweeps == 1) return {tile + (16 << 10), of_columns};
    return {tile + whole + whole * (size_t) index / (size_t) sweeps, of_columns / (size_t) sweeps + 1};
}

// Rows whose blocks stay in a core's caches while tile after tile comes from memory.
constexpr int64_t kept_bytes = 192 << 10, most_rows = 64;

template <class Q, int... R>
void multiply_tiles(const integer_product & p, int64_t first, int64_t last, std::integer_sequence<int, R...>) {
    static constexpr multiply_rows of_count[] = {multiply_tile<Q, R + 1>...};
    const int64_t blocks = p.columns / Q::block, row_blocks = p.columns / 32;
    const row_groups groups = groups_of(p.n_rows);
    const int64_t fit = std::min(most_rows, kept_bytes / (row_blocks * (int64_t) sizeof(row_block))),
                  step = std::max<int64_t>(1, fit / lanes::rows);
    for (int64_t from = 0; from < groups.count(); from += step) {
        const int64_t to = std::min(from + step, groups.count());
        for (int64_t t = first; t < last; t++) {
            const uint8_t * tile = (const uint8_t *) p.weights + (size_t) t * (size_t) blocks * Q::tile_bytes;
            const int64_t outputs = std::min(tile_outputs, p.outputs - t * tile_outputs);
            for (int64_t g = from; g < to; g++) {
                const int64_t r = groups.begin(g);
                of_count[groups.size(g) - 1](tile, blocks, (const row_block *) p.rows + r * row_blocks, p.out + r,
                                             t * tile_outputs, outputs, ahead_of<Q>(tile, blocks, g - from, to - from));
            }
        }
    }
}

void multiply(const integer_product & p, int64_t first, int64_t last) {
    with_quant(p.format->type, [&](auto q) {
        multiply_tiles<decltype(q)>(p, first, last, std::make_integer_sequence<int, lanes::rows>());
    });
}

size_t rows_bytes(int64_t n_rows, int64_t columns) {
    return (size_t) n_rows * (size_t) (columns / 32) * sizeof(row_block);
}

// All lanes by f, in a tree.
template <int Half, class F> inline int32_t folded(ints v, F f) {
    if constexpr (Half == 0) {
        return v[0];
    } else {
        ints other = {};
#pragma GCC unroll 16
        for (int i = 0; i < width; i++) other[i] = i ^ Half;
        return folded<Half / 2>(f(v, __builtin_shuffle(v, other)), f);
    }
}

inline ints larger(ints a, ints b) { return a > b ? a : b; }

inline ints added(ints a, ints b) { return a + b; }

inline void quantize_block(const float * values, row_block & to) {
    constexpr int vectors = 32 / width;
    floats x[vectors];
    ints most = {};
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        memcpy(&x[v], values + v * width, sizeof(floats));
        // larger for NaN than for infinity, and for that than for any number
        most = larger(most, (ints) x[v] & 0x7fffffff);
    }
    const int32_t largest = folded<width / 2>(most, larger);
    float largest_value;
    memcpy(&largest_value, &largest, 4);
    if (largest >= 0x7f800000 || largest_value < 1e-36f) {
        memset(&to, 0, sizeof to);
        to.scale = to.scaled_sum = largest >= 0x7f800000 ? __builtin_nanf("") : 0;
        return;
    }
    const float factor = 127 / largest_value;
    ints whole[vectors], sums[2] = {};
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        whole[v] = lanes::round(x[v] * factor);
        sums[v / (vectors / 2)] += whole[v];
    }
    lanes::narrow(whole, to.values);
    const int32_t first = folded<width / 2>(sums[0], added), second = folded<width / 2>(sums[1], added);
    to.scale = largest_value / 127;
    to.scaled_sum = to.scale * (float) (first + second);
    to.whole = -128 * (first + second);
    to.half[0] = -128 * first;
    to.half[1] = -128 * second;
}

void quantize(const float * values, int64_t columns, int64_t r, int64_t n_rows, void * rows) {
    const row_groups groups = groups_of(n_rows);
    const int64_t group = groups.of(r), begin = groups.begin(group), beside = groups.size(group), blocks = columns / 32;
    row_block * to = (row_block *) rows + begin * blocks + (r - begin);
    for (int64_t b = 0; b < blocks; b++) quantize_block(values + 32 * b, to[b * beside]);
}

constexpr integer_kernel kernel = {lanes::name, rows_bytes, quantize, multiply};

} // namespace
} // namespace gto
