// Row kernels over a target's logits [rows][n_vocab].
#pragma once

#include "kernel/exponential.h"
#include "kernel/group.h"

#include <cfloat>
#include <cmath>

namespace gto {

// The greatest logit's index, the lowest one of equals; -1 if a logit is NaN or the greatest isn't finite.
template <class Group> GTO_HD int32_t greatest(Group g, const float * logits, int32_t n) {
    const best top = largest(g, logits, n);
    const int32_t n_nan = count(g, n, [=](int32_t i) { return logits[i] != logits[i]; });
    return n_nan > 0 || !(fabsf(top.value) <= FLT_MAX) ? -1 : top.index;
}

// exp(above / temperature) / sum: on a GPU in F32, whose exponentials and quotients need no calls.
template <class Group> GTO_HD float share_of(Group, float above, float rate, double, double sum) {
    return exponential(above * rate) / (float) sum;
}
inline float share_of(host_group, float above, float, double temperature, double sum) {
    return (float) (std::exp((double) above / temperature) / sum);
}

// ids[row] = greatest().
struct greatest_rows {
    static constexpr int32_t lanes = 512;

    const float * logits;
    int64_t n_vocab;
    int32_t * ids;

    template <class Group> GTO_HD void operator()(Group g, int32_t row) const { run(g, row); }
    void operator()(host_group, int32_t row) const; // rows.cpp: compiled for the host's vector units
    template <class Group> GTO_HD void run(Group g, int32_t row) const {
        const int32_t id = greatest(g, logits + row * n_vocab, (int32_t) n_vocab);
        if (g.rank() == 0) ids[row] = id;
    }
};

// Softmax of logits / temperature at some tokens: those of row rank[i] of the logits are tokens[begin[i]..begin[i+1]),
// their probabilities p has at the same places. All are NaN where greatest() is -1. Temperature 0: 1 for the greatest,
// 0 for others.
struct probability_rows {
    static constexpr int32_t lanes = 512;

    const float * logits;
    int64_t n_vocab;
    const int32_t *rank, *begin, *tokens;
    float * p;
    double temperature;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const { run(g, i); }
    void operator()(host_group, int32_t i) const; // rows.cpp
    template <class Group> GTO_HD void run(Group g, int32_t i) const {
        const int32_t n = (int32_t) n_vocab, first = begin[i];
        const float * row = logits + rank[i] * n_vocab;
        const int32_t * wanted = tokens + first;
        float * out = p + first;
        const int32_t top = greatest(g, row, n);
        const float most = top < 0 ? NAN : row[top], rate = 1.0f / (float) temperature;
        const double t = temperature;
        if (t == 0 || top < 0) {
            each(g, begin[i + 1] - first, [=](int32_t j) { out[j] = top < 0 ? NAN : wanted[j] == top ? 1.0f : 0.0f; });
            return;
        }
        const double sum = sum_over(g, n, [=](int32_t v) { return exponential((row[v] - most) * rate); });
        each(g, begin[i + 1] - first, [=](int32_t j) { out[j] = share_of(g, row[wanted[j]] - most, rate, t, sum); });
    }
};

} // namespace gto
