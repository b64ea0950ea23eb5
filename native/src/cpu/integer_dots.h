// Sums of products for `lanes` that have
//   dot(sum, w, a)   sum + the products of 4 unsigned bytes with 4 signed ones
#pragma once

#include "cpu/integer_codes.h"

namespace gto {
namespace {

template <class Q, int G, int Last, int R> inline void add_dots(const uint8_t * p, const row_block * a, ints (&sum)[R]) {
    if constexpr (G < Last) {
        const bytes w = codes<Q, G>(p);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) sum[r] = lanes::dot(sum[r], w, lanes::four(a[r].values + 4 * G));
        add_dots<Q, G + 1, Last>(p, a, sum);
    }
}

// sum[r] = sum over the columns of groups [First, First + Groups) of (code - offset) * activation
template <class Q, int First, int Groups, int R> inline void products(const uint8_t * p, const row_block * a, ints (&sum)[R]) {
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) sum[r] = start<Q, First, Groups>(a[r]);
    add_dots<Q, First, First + Groups>(p, a, sum);
}

} // namespace
} // namespace gto
