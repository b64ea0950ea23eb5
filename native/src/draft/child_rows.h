// The most probable children of rows of logits (draft/children.cpp).
#pragma once

#include "kernel/matrix.h"
#include "loss/kernels.h"

namespace gto {

// tokens and log_probs are [rows][k]: target ids of the k largest logits, best first, and their log-probabilities;
// query_log_probs [rows]: of the token query[i], -inf outside the draft vocabulary.
struct child_rows {
    static constexpr int32_t part = 256; // logits that the host sums up as they come
    matrix z;
    int32_t k, n_vocab;
    const int32_t *d2t, *t2d;
    int32_t * tokens;
    float * log_probs;
    const int32_t * query; // or null
    float * query_log_probs;
    matrix sums; // see child_sums

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const float * row = z.row(i);
        const int32_t n = (int32_t) z.cols;
        const float lse = log_sum_exp_row(g, row, n);
        int32_t * own = tokens + (int64_t) i * k;
        float * values = log_probs + (int64_t) i * k;
        top_k_row(g, row, n, k, own, values);
        const int32_t * ids = d2t;
        each(g, k, [=](int32_t j) {
            values[j] -= lse;
            own[j] = ids[own[j]];
        });
        if (query && g.rank() == 0) ask(i, row, lse);
    }
    void operator()(host_group, int32_t i) const; // children.cpp

    GTO_HD void ask(int32_t i, const float * row, float lse) const {
        const int32_t token = query[i], id = token >= 0 && token < n_vocab ? t2d[token] : -1;
        query_log_probs[i] = id < 0 ? -INFINITY : row[id] - lse;
    }
};

// On a CPU, where the head's results are summed up as they come: sums [rows][parts] = log-sum-exp of each part of z.
// Elsewhere child_rows sums them itself.
struct child_sums {
    matrix z, sums;
    void take(host_group, int64_t i, int64_t first, int64_t last) const; // children.cpp
};

} // namespace gto
