// The most probable children of rows of logits (draft/children.cpp).
#pragma once

#include "kernel/matrix.h"
#include "loss/kernels.h"

namespace gto {

// z [rows][n_own + n_more]: logits of the draft's own vocabulary, then of the tokens `more`, of which row i has the
// first offered[i] and -inf elsewhere. tokens and log_probs are [rows][k]: target ids of the k largest, best first, and
// their log-probabilities; query_log_probs [rows]: of the token query[i], -inf where the row doesn't offer it.
struct child_rows {
    static constexpr int32_t part = 256; // logits that the host sums up as they come
    matrix z;
    int64_t n_own;
    const int32_t *more, *offered; // null without such tokens
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
        const child_rows & rows = *this;
        each(g, k, [&](int32_t j) {
            values[j] -= lse;
            own[j] = rows.token(own[j]);
        });
        if (query && g.rank() == 0) ask(i, row, lse);
    }
    void operator()(host_group, int32_t i) const; // children.cpp

    GTO_HD int32_t token(int32_t column) const { return column < n_own ? d2t[column] : more[column - n_own]; }

    GTO_HD void ask(int32_t i, const float * row, float lse) const {
        const int32_t token = query[i];
        int32_t id = token >= 0 && token < n_vocab ? t2d[token] : -1;
        for (int32_t m = 0; id < 0 && offered && m < offered[i]; m++) {
            if (more[m] == token) id = (int32_t) n_own + m;
        }
        query_log_probs[i] = id < 0 ? -INFINITY : row[id] - lse;
    }
};

// Logits z [rows][more tokens] become those that are offered: less by `offset`, -inf outside [begin[i], end[i]), and
// of these greater by `bonus` where row i is said to continue a bigram of the text. A null `begin` is 0.
struct offered_rows {
    matrix z;
    const int32_t *begin, *end;
    double offset;
    const int32_t *bigrams_begin, *bigrams; // row i has the columns bigrams[bigrams_begin[i]..bigrams_begin[i + 1])
    double bonus;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const { take(g, i, 0, z.cols); }
    template <class Group> GTO_HD void take(Group g, int64_t i, int64_t first, int64_t last) const {
        float * row = z.row(i);
        const int64_t from = begin ? begin[i] : 0, to = end[i];
        const float less = (float) offset, more = (float) bonus;
        each_between(g, first, last, [=](int64_t m) { row[m] = m >= from && m < to ? row[m] - less : -INFINITY; });
        g.sync();
        each_between(g, bigrams_begin[i], bigrams_begin[i + 1], [=, *this](int64_t j) {
            const int64_t m = bigrams[j];
            if (m >= first && m < last && m >= from && m < to) row[m] += more;
        });
    }
};

// On a CPU, where the head's results are summed up as they come: sums [rows][parts] = log-sum-exp of each part of z,
// the draft's own vocabulary.
// Elsewhere child_rows sums them itself.
struct child_sums {
    matrix z, sums;
    void take(host_group, int64_t i, int64_t first, int64_t last) const; // children.cpp
};

} // namespace gto
