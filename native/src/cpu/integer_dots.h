// Sums of products for `lanes` that have
//   dot(sum, w, a)   sum + the products of 4 unsigned bytes with 4 signed ones
#pragma once

#include "cpu/integer_codes.h"

namespace gto {
namespace {

constexpr int row_unit = 1; // of rows that are multiplied together

template <class Q, int G, int Last, int S, int R>
[[gnu::always_inline]] inline void add_dots(const uint8_t * p, const row_block * a, ints (&sum)[S][R]) {
    if constexpr (G < Last) {
        bytes w[S];
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) w[s] = codes<Q, G>(p + s * strip_bytes);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            ints four = lanes::four(a[r].values + 4 * G);
            lanes::settle(four);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) sum[s][r] = lanes::dot(sum[s][r], w[s], four);
        }
        add_dots<Q, G + 1, Last>(p, a, sum);
    }
}

// Of S strips and R rows: sums over the columns of groups [First, First + Groups) of (code - offset) * activation.
template <class Q, int First, int Groups, int S, int R>
[[gnu::always_inline]] inline void products(const uint8_t * p, const row_block * a, ints (&sum)[S][R]) {
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
        const ints first = start<Q, First, Groups>(a[r]);
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) sum[s][r] = first;
    }
    add_dots<Q, First, First + Groups>(p, a, sum);
}

} // namespace
} // namespace gto
