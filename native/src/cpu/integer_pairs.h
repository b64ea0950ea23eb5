// Sums of products in 16 bits as far as they fit, for `lanes` that have
//   pair_sums(w, a)           s16 sums of 2 products of an unsigned byte and a signed one, where they fit
//   weighted(pairs, factor)   ints: sums of 2 s16, each times a constant s16
//
// Activations and sums are settled: GCC would rather keep the former in memory and add up all products of a block in a
// tree, of which the registers hold a
#pragma once

#include "cpu/integer_codes.h"

namespace gto {
namespace {

constexpr int row_unit = 1; // of rows that are multiplied together

typedef int16_t shorts __attribute__((vector_size(sizeof(bytes))));

template <class Q, int G, int Last, int S, int R>
[[gnu::always_inline]] inline void add_pairs(const uint8_t * p, const row_block * a, shorts (&sum)[S][R]) {
    if constexpr (G < Last) {
        bytes w[S];
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) w[s] = codes<Q, G>(p + s * strip_bytes);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            ints four = lanes::four(a[r].values + 4 * G);
            lanes::settle(four);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                sum[s][r] += lanes::pair_sums(w[s], four);
                lanes::settle(sum[s][r]);
            }
        }
        add_pairs<Q, G + 1, Last>(p, a, sum);
    }
}

// Codes of 8 bits as two nibbles.
template <class Q, int G, int Last, int S, int R> [[gnu::always_inline]] inline void
add_nibble_pairs(const uint8_t * p, const row_block * a, shorts (&low)[S][R], shorts (&high)[S][R]) {
    if constexpr (G < Last) {
        bytes w_low[S], w_high[S];
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) {
            const bytes w = codes<Q, G>(p + s * strip_bytes);
            w_low[s] = w & 15;
            w_high[s] = (bytes) ((words) w >> 4) & 15;
        }
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            ints four = lanes::four(a[r].values + 4 * G);
            lanes::settle(four);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                low[s][r] += lanes::pair_sums(w_low[s], four);
                high[s][r] += lanes::pair_sums(w_high[s], four);
                lanes::settle(low[s][r]);
                lanes::settle(high[s][r]);
            }
        }
        add_nibble_pairs<Q, G + 1, Last>(p, a, low, high);
    }
}

template <class Q, int First, int Last, int S, int R>
[[gnu::always_inline]] inline void add_spans(const uint8_t * p, const row_block * a, ints (&sum)[S][R]) {
    // groups whose sums fit 16 bits: 2 * groups * (2 ^ bits - 1) * 127 < 2 ^ 15
    constexpr int span = Q::bits <= 4 ? 8 : Q::bits == 5 ? 4 : 2;
    if constexpr (First < Last) {
        constexpr int last = First + span < Last ? First + span : Last;
        shorts pairs[S][R] = {};
        add_pairs<Q, First, last>(p, a, pairs);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                sum[s][r] += lanes::weighted(pairs[s][r], 1);
                lanes::settle(sum[s][r]);
            }
        }
        add_spans<Q, last, Last>(p, a, sum);
    }
}

// Of S strips and R rows: sums over the columns of groups [First, First + Groups) of (code - offset) * activation.
template <class Q, int First, int Groups, int S, int R>
[[gnu::always_inline]] inline void products(const uint8_t * p, const row_block * a, ints (&sum)[S][R]) {
    if constexpr (Q::bits == 8) {
        shorts low[S][R] = {}, high[S][R] = {};
        add_nibble_pairs<Q, First, First + Groups>(p, a, low, high);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const ints first = start<Q, First, Groups>(a[r]);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                sum[s][r] = first + lanes::weighted(low[s][r], 1) + lanes::weighted(high[s][r], 16);
            }
        }
    } else {
        constexpr int span = Q::bits <= 4 ? 8 : Q::bits == 5 ? 4 : 2, last = First + (span < Groups ? span : Groups);
        shorts pairs[S][R] = {};
        add_pairs<Q, First, last>(p, a, pairs);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const ints first = start<Q, First, Groups>(a[r]);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) sum[s][r] = first + lanes::weighted(pairs[s][r], 1);
        }
        add_spans<Q, last, First + Groups>(p, a, sum);
    }
}

} // namespace
} // namespace gto
