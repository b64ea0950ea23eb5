// Row kernels between the products of attention on a device with matrix products of its own (attention_products.cpp has
// the order, attention.cpp the equations).
//
// A block of n query rows that see trunk rows from `trunk_begin` on is worked on at once. With group = n_head /
// n_head_kv, the query row i and the head h = g * group + r have row (i * group + r) of the key/value head g in
// matrices [n_head_kv][n * group][..]: queries, outputs and their gradients of D values, scores of `width` = trunk keys
// and then extra ones.
#pragma once

#include "kernel/exponential.h"
#include "kernel/matrix.h"

namespace gto {

struct attention_block {
    int32_t n_head, n_head_kv, head_dim, group; // n_head = group * n_head_kv
    int64_t rows;                               // n
    int64_t trunk;                              // trunk keys that the last row sees
    int64_t width;                              // of scores
    int64_t trunk_begin;                        // pool row
    // of the block's rows; extra_begin has one more
    const int32_t *pool_row, *trunk_end, *extra_begin, *extra;

    GTO_HD int64_t queries() const { return rows * group; } // of a key/value head
    GTO_HD int64_t q_cols() const { return (int64_t) n_head * head_dim; }
    GTO_HD int64_t kv_cols() const { return (int64_t) n_head_kv * head_dim; }
    // Row of the matrices above that query row i and column c of q_cols have.
    GTO_HD int64_t row_of(int64_t i, int64_t c) const {
        const int64_t head = c / head_dim;
        return head / group * queries() + i * group + head % group;
    }
    GTO_HD int64_t query_of(int64_t row) const { return row % queries() / group; }
    GTO_HD int64_t kv_head_of(int64_t row) const { return row / queries(); }
    GTO_HD int64_t visible(int64_t i) const { return trunk_end[i] - trunk_begin; }
    GTO_HD int32_t extras(int64_t i) const { return extra_begin[i + 1] - extra_begin[i]; }
    GTO_HD int64_t extra_row(int64_t i, int32_t e) const { return extra[extra_begin[i] + e]; }
};

// to = scale * from, from [rows][q_cols] by query rows (through place, or as they are) to [n_head_kv][n * group][D].
struct gathered_heads {
    attention_block block;
    matrix from;
    const int32_t * place; // or null
    double scale;
    float * to;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const attention_block b = block;
        const float * source = from.row(place ? place[i] : i);
        float * out = to;
        const float factor = (float) scale;
        each_between(g, 0, b.q_cols(),
                     [=](int64_t c) { out[b.row_of(i, c) * b.head_dim + c % b.head_dim] = factor * source[c]; });
    }
};

// Scores of the trunk keys become probabilities, with those of the extra keys, which are computed here, behind them;
// what a query doesn't see gets 0. lse as attention_forward's, or without rows.
struct attention_softmax_rows {
    attention_block block;
    matrix pool;
    const float * queries;
    float * scores;
    matrix lse;

    template <class Group> GTO_HD void operator()(Group g, int32_t row) const {
        const attention_block b = block;
        const int64_t i = b.query_of(row), kv = b.kv_head_of(row), visible = b.visible(i);
        const int32_t extras = b.extras(i);
        float *s = scores + row * b.width, *own = s + b.trunk;
        const float * q = queries + (int64_t) row * b.head_dim;
        for (int32_t e = 0; e < extras; e++) {
            const float * k = pool.row(b.extra_row(i, e)) + b.q_cols() + kv * b.head_dim;
            const double score = sum_over(g, b.head_dim, [=](int32_t c) { return q[c] * k[c]; });
            if (g.rank() == 0) own[e] = (float) score;
        }
        g.sync();
        float top = -INFINITY;
        for (int64_t k = g.rank(); k < visible; k += g.size()) top = s[k] > top ? s[k] : top;
        for (int32_t e = g.rank(); e < extras; e += g.size()) top = own[e] > top ? own[e] : top;
        top = g.max(top);
        const double sum = sum_over(g, (int32_t) visible, [=](int32_t k) { return s[k] = exponential(s[k] - top); }) +
                           sum_over(g, extras, [=](int32_t e) { return own[e] = exponential(own[e] - top); });
        const float scale = (float) (1.0 / sum);
        each_between(g, 0, b.trunk, [=](int64_t k) { s[k] = k < visible ? s[k] * scale : 0.0f; });
        each(g, extras, [=](int32_t e) { own[e] *= scale; });
        if (lse.data && g.rank() == 0) {
            lse.row(i)[kv * b.group + row % b.queries() % b.group] = top + (float) log(sum);
        }
    }
};

// out = outputs of the trunk's part + the extra keys' values by their probabilities.
struct attention_output_rows {
    attention_block block;
    matrix pool;
    const float *probabilities, *outputs;
    matrix out;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const attention_block b = block;
        const matrix rows = pool;
        const float *p = probabilities, *part = outputs;
        float * to = out.row(i);
        each_between(g, 0, b.q_cols(), [=](int64_t c) {
            const int64_t row = b.row_of(i, c), of_head = c % b.head_dim;
            const int64_t column = b.q_cols() + b.kv_cols() + row / b.queries() * b.head_dim + of_head;
            float sum = part[row * b.head_dim + of_head];
            for (int32_t e = 0; e < b.extras(i); e++) {
                sum += p[row * b.width + b.trunk + e] * rows.row(b.extra_row(i, e))[column];
            }
            to[c] = sum;
        });
    }
};

// d_scores of the trunk keys, d_o . v on entry, become P (d_o . v - delta), and those of the extra keys are computed;
// what a query doesn't see gets 0.
struct attention_score_gradient_rows {
    attention_block block;
    matrix pool, out;
    const float *d_out, *probabilities; // d_out by heads
    float * d_scores;

    template <class Group> GTO_HD void operator()(Group g, int32_t row) const {
        const attention_block b = block;
        const int64_t i = b.query_of(row), kv = b.kv_head_of(row), visible = b.visible(i);
        const int64_t head = kv * b.group + row % b.queries() % b.group;
        const float *p = probabilities + row * b.width, *own = p + b.trunk;
        const float *d_o = d_out + (int64_t) row * b.head_dim, *o = out.row(i) + head * b.head_dim;
        float *d = d_scores + row * b.width, *d_own = d + b.trunk;
        const float delta = (float) sum_over(g, b.head_dim, [=](int32_t c) { return d_o[c] * o[c]; });
        for (int32_t e = 0; e < b.extras(i); e++) {
            const float * v = pool.row(b.extra_row(i, e)) + b.q_cols() + b.kv_cols() + kv * b.head_dim;
            const float change = (float) sum_over(g, b.head_dim, [=](int32_t c) { return d_o[c] * v[c]; });
            if (g.rank() == 0) d_own[e] = own[e] * (change - delta);
        }
        each_between(g, 0, b.trunk, [=](int64_t k) { d[k] = k < visible ? p[k] * (d[k] - delta) : 0.0f; });
    }
};

// Adds to d_pool: d_q at the query rows, d_k and d_v at the extra rows, each of which is seen by one query row only.
struct attention_pool_gradient_rows {
    attention_block block;
    matrix pool;
    const float *queries, *d_queries, *d_out, *probabilities, *d_scores; // by heads; queries scaled
    double scale;
    matrix d_pool;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const attention_block b = block;
        const attention_pool_gradient_rows self = *this;
        const int32_t extras = b.extras(i);
        each_between(g, 0, b.q_cols(), [=](int64_t c) {
            const int64_t row = b.row_of(i, c), of_head = c % b.head_dim;
            const int64_t column = b.q_cols() + row / b.queries() * b.head_dim + of_head;
            float sum = self.d_queries[row * b.head_dim + of_head];
            for (int32_t e = 0; e < extras; e++) {
                sum += self.d_scores[row * b.width + b.trunk + e] * self.pool.row(b.extra_row(i, e))[column];
            }
            self.d_pool.row(b.pool_row[i])[c] += (float) self.scale * sum;
        });
        each_between(g, 0, b.kv_cols(), [=](int64_t c) {
            const int64_t first = c / b.head_dim * b.queries() + i * b.group, of_head = c % b.head_dim;
            for (int32_t e = 0; e < extras; e++) {
                float d_k = 0.0f, d_v = 0.0f;
                for (int64_t row = first; row < first + b.group; row++) {
                    const int64_t key = row * b.width + b.trunk + e, value = row * b.head_dim + of_head;
                    d_k += self.d_scores[key] * self.queries[value];
                    d_v += self.probabilities[key] * self.d_out[value];
                }
                float * to = self.d_pool.row(b.extra_row(i, e)) + b.q_cols() + c;
                to[0] += d_k;
                to[b.kv_cols()] += d_v;
            }
        });
    }
};

} // namespace gto
