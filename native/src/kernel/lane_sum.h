// Sums of floats in a fixed order that vectorises: the same bits with any compiler and any vector width.
#pragma once

#include <cstdint>

namespace gto {

// Sum of f(i), i = 0..n-1, in 16 lanes that are added up at the end. f may write what belongs to i.
template <class F> inline double lane_sum(int64_t n, F && f) {
    constexpr int64_t lanes = 16;
    float partial[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int64_t l = 0; l < lanes; l++) partial[l] += f(i + l);
    }
    double sum = 0;
    for (float p : partial) sum += p;
    for (; i < n; i++) sum += f(i);
    return sum;
}

} // namespace gto
