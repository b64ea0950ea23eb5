// Sums of products in 16 bits as far as they fit, for `lanes` that have
//   pair_sums(w, a)           s16 sums of 2 products of an unsigned byte and a signed one, where they fit
//   weighted(pairs, factor)   ints: sums of 2 s16, each times a constant s16
#pragma once

#include "cpu/integer_codes.h"

namespace gto {
namespace {

typedef int16_t shorts __attribute__((vector_size(sizeof(bytes))));

template <class Q, int G, int Last, int R> inline void add_pairs(const uint8_t * p, const row_block * a, shorts (&sum)[R]) {
    if constexpr (G < Last) {
        const bytes w = codes<Q, G>(p);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) sum[r] += lanes::pair_sums(w, lanes::four(a[r].values + 4 * G));
        add_pairs<Q, G + 1, Last>(p, a, sum);
    }
}

// Codes of 8 bits as two nibbles.
template <class Q, int G, int Last, int R> inline void add_nibble_pairs(const uint8_t * p, const row_block * a, shorts (&low)[R], shorts (&high)[R]) {
    if constexpr (G < Last) {
        const bytes w = codes<Q, G>(p), w_low = w & 15, w_high = (bytes) ((words) w >> 4) & 15;
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const ints four = lanes::four(a[r].values + 4 * G);
            low[r] += lanes::pair_sums(w_low, four);
            high[r] += lanes::pair_sums(w_high, four);
        }
        add_nibble_pairs<Q, G + 1, Last>(p, a, low, high);
    }
}

template <class Q, int First, int Last, int R> inline void add_spans(const uint8_t * p, const row_block * a, ints (&sum)[R]) {
    // groups whose sums fit 16 bits: 2 * groups * (2 ^ bits - 1) * 127 < 2 ^ 15
    constexpr int span = Q::bits <= 4 ? 8 : Q::bits == 5 ? 4 : 2;
    if constexpr (First < Last) {
        constexpr int last = First + span < Last ? First + span : Last;
        shorts pairs[R] = {};
        add_pairs<Q, First, last>(p, a, pairs);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) sum[r] += lanes::weighted(pairs[r], 1);
        add_spans<Q, last, Last>(p, a, sum);
    }
}

// sum[r] = sum over the columns of groups [First, First + Groups) of (code - offset) * activation
template <class Q, int First, int Groups, int R> inline void products(const uint8_t * p, const row_block * a, ints (&sum)[R]) {
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) sum[r] = start<Q, First, Groups>(a[r]);
    if constexpr (Q::bits == 8) {
        shorts low[R] = {}, high[R] = {};
        add_nibble_pairs<Q, First, First + Groups>(p, a, low, high);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) sum[r] += lanes::weighted(low[r], 1) + lanes::weighted(high[r], 16);
    } else {
        add_spans<Q, First, First + Groups>(p, a, sum);
    }
}

} // namespace
} // namespace gto
