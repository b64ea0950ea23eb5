// For query row i and head h, which reads the key/value head g = h / (n_head / n_head_kv). D = head_dim,
// scale = 1 / sqrt(D). Key t runs over what row i sees: trunk rows [trunk_begin[i], trunk_end[i]) and its extra rows.
// q_ih, k_tg, v_tg, o_ih and their gradients are vectors of D; d_x is dL/dx.
//
// Forward
//   S_iht  = scale q_ih . k_tg                                   scores
//   m_ih   = max over t of S_iht                                 top
//   Z_ih   = sum over t of exp(S_iht - m_ih)                     sum
//   o_ih   = (sum over t of exp(S_iht - m_ih) v_tg) / Z_ih       out
//   lse_ih = m_ih + log Z_ih                                     lse
//
// Backward, from d_o = d_out, with nothing kept of the forward but out and lse
//   P_iht    = exp(S_iht - lse_ih)                               scores, made again
//   delta_ih = d_o_ih . o_ih                                     = sum over t of P_iht (d_o_ih . v_tg)
//   d_S_iht  = P_iht (d_o_ih . v_tg - delta_ih)                  d_scores: softmax's gradient
//   d_q_ih  += scale (sum over t of d_S_iht k_tg)                to d_pool
//   d_k_tg  += scale (sum over i and the heads h of g of d_S_iht q_ih)
//   d_v_tg  += sum over i and the heads h of g of P_iht d_o_ih   d_k, d_v: to trunk_gradient, of extra rows to d_pool
//
// A block of query rows is worked on with one g at a time: queries = rows * n_head / n_head_kv. In memory S, P and d_S
// are [keys][queries]: trunk keys by tiles of 64, then the extra ones. `query` holds scale q, so that scale is met
// again in d_q alone.
#include "draft/attention.h"

#include "device/float_kernel.h"
#include "kernel/clones.h"
#include "kernel/exponential.h"
#include "kernel/lane_sum.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gto {

namespace {

constexpr int64_t tile = 64;             // trunk keys at once: their rows stay in the nearest cache
constexpr int64_t queries_together = 48; // of a block: what a product's widest kernel takes

// A run of query rows with the same trunk start.
struct row_block {
    int64_t first, count;
    int32_t trunk_begin, trunk_end; // the furthest end of the block
    int32_t most_extra;
};

std::vector<row_block> blocks_of(const attention_shape & shape, const attention_rows & rows) {
    const int64_t block_rows = std::max<int64_t>(1, queries_together * shape.n_head_kv / shape.n_head);
    std::vector<row_block> blocks;
    for (int64_t i = 0; i < rows.size(); i++) {
        const int32_t extra = rows.extra_begin[i + 1] - rows.extra_begin[i];
        if (blocks.empty() || blocks.back().count == block_rows || blocks.back().trunk_begin != rows.trunk_begin[i]) {
            blocks.push_back({i, 0, rows.trunk_begin[i], rows.trunk_end[i], 0});
        }
        row_block & b = blocks.back();
        b.count++;
        b.trunk_end = std::max(b.trunk_end, rows.trunk_end[i]);
        b.most_extra = std::max(b.most_extra, extra);
    }
    return blocks;
}

// The work of one thread: (block, key/value head) pairs, dealt out in turn so that long and short rows mix.
template <class F> void for_each_task(const std::vector<row_block> & blocks, int n_head_kv, int ith, int nth, F && f) {
    const int64_t tasks = (int64_t) blocks.size() * n_head_kv;
    for (int64_t t = ith; t < tasks; t += nth) f(blocks[t / n_head_kv], (int) (t % n_head_kv));
}

float dot(const float * a, const float * b, int n) {
    return (float) lane_sum(n, [=](int64_t i) { return a[i] * b[i]; });
}

void axpy(float w, const float * x, int n, float * y) {
    for (int d = 0; d < n; d++) y[d] += w * x[d];
}

// One block of query rows against one key/value head: addressing shared by both directions. Scores lie by keys:
// [keys][queries].
struct problem {
    const attention_shape & shape;
    const matrix & pool;
    const attention_rows & rows;
    const row_block & block;
    int head_kv;

    int D = shape.head_dim, group = shape.n_head / shape.n_head_kv;
    int64_t k_column = shape.q_cols() + (int64_t) head_kv * D, v_column = k_column + shape.kv_cols();
    int64_t trunk = block.trunk_end - block.trunk_begin;
    int64_t queries = block.count * group;
    float scale = 1.0f / std::sqrt((float) shape.head_dim);
    const float_kernel & products = fastest_float_kernel();

    int64_t row(int64_t query) const { return block.first + query / group; }
    int64_t q_column(int64_t query) const { return (int64_t) (head_kv * group + query % group) * D; }
    int head(int64_t query) const { return head_kv * group + (int) (query % group); }
    const float * q(int64_t query) const { return pool.row(rows.pool_row[row(query)]) + q_column(query); }
    const float * trunk_key(int64_t k) const { return pool.row(block.trunk_begin + k) + k_column; }
    const float * trunk_value(int64_t k) const { return pool.row(block.trunk_begin + k) + v_column; }
    int64_t visible(int64_t query) const { return rows.trunk_end[row(query)] - block.trunk_begin; }
    int extras(int64_t query) const { return rows.extra_begin[row(query) + 1] - rows.extra_begin[row(query)]; }
    int32_t extra(int64_t query, int e) const { return rows.extra[rows.extra_begin[row(query)] + e]; }

    // f(first key, keys, first query that sees one of them)
    template <class F> void for_each_tile(F && f) const {
        for (int64_t k0 = 0; k0 < trunk; k0 += tile) {
            int64_t from = 0;
            while (visible(from) <= k0) from++;
            f(k0, std::min(tile, trunk - k0), from);
        }
    }
    // out [n x queries - from] = rows [n x D] of the pool * columns [D x queries]
    void multiply_by_columns(const float * keys, int64_t n, const float * columns, int64_t from, float * out) const {
        products.multiply(
            {n, queries - from, D, keys, pool.stride, 1, columns + from, queries, out + from, queries, false});
    }
    // out [queries - from x D] += transpose(scores [n x queries]) * rows [n x D] of the pool
    void add_weighted(const float * scores, int64_t n, int64_t from, const float * values, float * out) const {
        products.multiply(
            {queries - from, D, n, scores + from, 1, queries, values, pool.stride, out + from * D, D, true});
    }
    // out rows [n x D] += scores [n x queries] * by_query [queries x D]
    void add_weighted_queries(const float * scores, int64_t n, int64_t from, const float * by_query,
                              const matrix & out) const {
        products.multiply(
            {n, D, queries - from, scores + from, queries, 1, by_query + from * D, D, out.data, out.stride, true});
    }
    // Queries that don't see all of a tile's keys get `hidden` there.
    void hide(float * scores, int64_t k0, int64_t n, int64_t from, float hidden) const {
        for (int64_t i = from; i < queries; i++) {
            for (int64_t k = std::max<int64_t>(visible(i) - k0, 0); k < n; k++) scores[k * queries + i] = hidden;
        }
    }
};

// Scratch of one thread, kept between calls. By queries: [queries][D]; columns: [D][queries].
struct scratch {
    std::vector<float> scores, d_scores, query, query_columns, d_out, d_out_columns, sum, top, log_sum, delta;
};

scratch & thread_scratch() {
    static thread_local scratch s;
    return s;
}

void turn(const std::vector<float> & by_query, int64_t queries, int D, std::vector<float> & columns) {
    columns.resize(queries * D);
    for (int64_t i = 0; i < queries; i++) {
        for (int d = 0; d < D; d++) columns[d * queries + i] = by_query[i * D + d];
    }
}

void load_queries(const problem & p, scratch & s) {
    s.query.resize(p.queries * p.D);
    for (int64_t i = 0; i < p.queries; i++) {
        const float * q = p.q(i);
        for (int d = 0; d < p.D; d++) s.query[i * p.D + d] = q[d] * p.scale;
    }
    turn(s.query, p.queries, p.D, s.query_columns);
}

// Scores of all trunk keys, then of the extra ones; -infinity where a query sees none.
void compute_scores(const problem & p, scratch & s) {
    s.scores.resize((p.trunk + p.block.most_extra) * p.queries);
    p.for_each_tile([&](int64_t k0, int64_t n, int64_t from) {
        float * scores = &s.scores[k0 * p.queries];
        p.multiply_by_columns(p.trunk_key(k0), n, s.query_columns.data(), from, scores);
        p.hide(scores, k0, n, 0, -INFINITY);
    });
    float * extra = s.scores.data() + p.trunk * p.queries;
    for (int64_t i = 0; i < p.queries; i++) {
        for (int e = 0; e < p.block.most_extra; e++) {
            extra[e * p.queries + i] =
                e < p.extras(i) ? dot(&s.query[i * p.D], p.pool.row(p.extra(i, e)) + p.k_column, p.D) : -INFINITY;
        }
    }
}

// Scores of n keys become exp(score - top) by query; adds to their sums.
void exponentials(float * scores, int64_t n, int64_t queries, const float * top, float * sum) {
    float part[queries_together] = {};
    for (int64_t q0 = 0; q0 < queries; q0 += queries_together) {
        const int64_t count = std::min(queries_together, queries - q0);
        std::fill_n(part, count, 0.0f);
        for (int64_t k = 0; k < n; k++) {
            float * x = scores + k * queries + q0;
            GTO_SIMD()
            for (int64_t i = 0; i < count; i++) part[i] += x[i] = exponential(x[i] - top[q0 + i]);
        }
        for (int64_t i = 0; i < count; i++) sum[q0 + i] += part[i];
    }
}

void softmax(const problem & p, scratch & s) {
    const int64_t keys = p.trunk + p.block.most_extra;
    s.top.assign(p.queries, -INFINITY);
    s.sum.assign(p.queries, 0.0f);
    float * top = s.top.data();
    for (int64_t k = 0; k < keys; k++) {
        const float * x = &s.scores[k * p.queries];
        GTO_SIMD()
        for (int64_t i = 0; i < p.queries; i++) top[i] = x[i] > top[i] ? x[i] : top[i];
    }
    // sums by tiles of the trunk, then of the extra keys: a query's don't depend on how many of either the others see
    p.for_each_tile([&](int64_t k0, int64_t n, int64_t) {
        exponentials(&s.scores[k0 * p.queries], n, p.queries, top, s.sum.data());
    });
    exponentials(s.scores.data() + p.trunk * p.queries, p.block.most_extra, p.queries, top, s.sum.data());
}

// Scores of n keys become probabilities P, d_scores dS = P (d_scores - sum P d_scores).
void probabilities(float * scores, float * d_scores, int64_t n, int64_t from, int64_t queries, const float * log_sum,
                   const float * delta) {
    for (int64_t k = 0; k < n; k++) {
        float * x = scores + k * queries;
        float * y = d_scores + k * queries;
        GTO_SIMD()
        for (int64_t i = from; i < queries; i++) {
            x[i] = exponential(x[i] - log_sum[i]);
            y[i] = x[i] * (y[i] - delta[i]);
        }
    }
}

} // namespace

GTO_CLONES void attention_forward(const attention_shape & shape, const matrix & pool, const attention_rows & rows,
                                  const matrix & out, const matrix & lse, int ith, int nth) {
    const std::vector<row_block> blocks = blocks_of(shape, rows);
    scratch & s = thread_scratch();
    for_each_task(blocks, shape.n_head_kv, ith, nth, [&](const row_block & block, int head_kv) {
        const problem p{shape, pool, rows, block, head_kv};
        load_queries(p, s);
        compute_scores(p, s);
        softmax(p, s);
        s.d_out.assign(p.queries * p.D, 0.0f); // the output, before it is divided by the sums
        p.for_each_tile([&](int64_t k0, int64_t n, int64_t from) {
            p.add_weighted(&s.scores[k0 * p.queries], n, from, p.trunk_value(k0), s.d_out.data());
        });
        for (int64_t i = 0; i < p.queries; i++) {
            float * sum = &s.d_out[i * p.D];
            for (int e = 0; e < p.extras(i); e++) {
                axpy(s.scores[(p.trunk + e) * p.queries + i], pool.row(p.extra(i, e)) + p.v_column, p.D, sum);
            }
            float * o = out.row(p.row(i)) + p.q_column(i);
            for (int d = 0; d < p.D; d++) o[d] = sum[d] / s.sum[i];
            lse.row(p.row(i))[p.head(i)] = s.top[i] + std::log(s.sum[i]);
        }
    });
}

GTO_CLONES void attention_backward(const attention_shape & shape, const matrix & pool, const attention_rows & rows,
                                   const matrix & out, const matrix & lse, const matrix & d_out, const matrix & d_pool,
                                   const matrix & trunk_gradient, int ith, int nth) {
    const std::vector<row_block> blocks = blocks_of(shape, rows);
    scratch & s = thread_scratch();
    for_each_task(blocks, shape.n_head_kv, ith, nth, [&](const row_block & block, int head_kv) {
        const problem p{shape, pool, rows, block, head_kv};
        const auto d_out_of = [&](int64_t i) { return d_out.row(p.row(i)) + p.q_column(i); };
        load_queries(p, s);
        s.log_sum.resize(p.queries);
        s.delta.resize(p.queries);
        s.d_out.resize(p.queries * p.D);
        for (int64_t i = 0; i < p.queries; i++) {
            s.log_sum[i] = lse.row(p.row(i))[p.head(i)];
            s.delta[i] = dot(d_out_of(i), out.row(p.row(i)) + p.q_column(i), p.D);
            std::copy_n(d_out_of(i), p.D, &s.d_out[i * p.D]);
        }
        turn(s.d_out, p.queries, p.D, s.d_out_columns);
        s.scores.resize(tile * p.queries);
        s.d_scores.resize(tile * p.queries);
        s.sum.assign(p.queries * p.D, 0.0f); // d(q) / scale
        p.for_each_tile([&](int64_t k0, int64_t n, int64_t from) {
            p.multiply_by_columns(p.trunk_key(k0), n, s.query_columns.data(), from, s.scores.data());
            p.multiply_by_columns(p.trunk_value(k0), n, s.d_out_columns.data(), from, s.d_scores.data());
            p.hide(s.scores.data(), k0, n, from, -INFINITY);
            probabilities(s.scores.data(), s.d_scores.data(), n, from, p.queries, s.log_sum.data(), s.delta.data());
            p.add_weighted(s.d_scores.data(), n, from, p.trunk_key(k0), s.sum.data());
            const matrix d_keys = trunk_gradient.slice(block.trunk_begin + k0, n).columns((int64_t) head_kv * p.D, p.D);
            const matrix d_values =
                trunk_gradient.slice(block.trunk_begin + k0, n).columns(shape.kv_cols() + (int64_t) head_kv * p.D, p.D);
            p.add_weighted_queries(s.d_scores.data(), n, from, s.query.data(), d_keys);
            p.add_weighted_queries(s.scores.data(), n, from, s.d_out.data(), d_values);
        });
        for (int64_t i = 0; i < p.queries; i++) {
            const float * q = &s.query[i * p.D]; // scaled
            float * d_q = d_pool.row(rows.pool_row[p.row(i)]) + p.q_column(i);
            axpy(p.scale, &s.sum[i * p.D], p.D, d_q);
            for (int e = 0; e < p.extras(i); e++) {
                const int32_t key = p.extra(i, e);
                const float * k = pool.row(key) + p.k_column;
                const float probability = exponential(dot(q, k, p.D) - s.log_sum[i]);
                const float d_score = probability * (dot(d_out_of(i), pool.row(key) + p.v_column, p.D) - s.delta[i]);
                axpy(d_score * p.scale, k, p.D, d_q);
                axpy(d_score, q, p.D, d_pool.row(key) + p.k_column);
                axpy(probability, d_out_of(i), p.D, d_pool.row(key) + p.v_column);
            }
        }
    });
}

} // namespace gto
