// Sums of products for `lanes` of 4 outputs that have
//   halves_low(v, w), halves_high(v, w)   of two groups: the 8 columns of outputs 0 and 1, and of 2 and 3
//   two_rows(a, b)                        8 bytes of each
//   matrix(sum, w, a)                     sum + 2 x 8 unsigned bytes times 8 x 2 signed: outputs 0 and 1, rows 0 and 1
//   even(v, w), odd(v, w)                 every second int of both
#pragma once

#include "cpu/integer_codes.h"

namespace gto {
namespace {

constexpr int row_unit = 2; // of rows that are multiplied together

template <class Q, int G, int Last, int S, int R, int Pairs>
[[gnu::always_inline]] inline void add_matrices(const uint8_t * p, const row_block * a, ints (&sum)[S][Pairs][2]) {
    if constexpr (G < Last) {
        bytes w[S][2];
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) {
            const bytes first = codes<Q, G>(p + s * strip_bytes), second = codes<Q, G + 1>(p + s * strip_bytes);
            w[s][0] = lanes::halves_low(first, second);
            w[s][1] = lanes::halves_high(first, second);
        }
#pragma GCC unroll 4
        for (int i = 0; i < Pairs; i++) {
            const bytes two =
                lanes::two_rows(a[2 * i].values + 4 * G, a[2 * i + 1 < R ? 2 * i + 1 : 2 * i].values + 4 * G);
#pragma GCC unroll 4
            for (int s = 0; s < S; s++) {
                sum[s][i][0] = lanes::matrix(sum[s][i][0], w[s][0], two);
                sum[s][i][1] = lanes::matrix(sum[s][i][1], w[s][1], two);
            }
        }
        add_matrices<Q, G + 2, Last, S, R>(p, a, sum);
    }
}

// Of S strips and R rows: sums over the columns of groups [First, First + Groups) of (code - offset) * activation.
template <class Q, int First, int Groups, int S, int R>
[[gnu::always_inline]] inline void products(const uint8_t * p, const row_block * a, ints (&sum)[S][R]) {
    constexpr int pairs = (R + 1) / 2;
    ints of_pairs[S][pairs][2] = {};
    add_matrices<Q, First, First + Groups, S, R>(p, a, of_pairs);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
        const ints first = start<Q, First, Groups>(a[r]);
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) {
            const ints low = of_pairs[s][r / 2][0], high = of_pairs[s][r / 2][1];
            sum[s][r] = first + (r % 2 ? lanes::odd(low, high) : lanes::even(low, high));
        }
    }
}

} // namespace
} // namespace gto
