#include "draft/attention_products.h"

#include "device/record.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

double scale_of(const attention_block & b) { return 1.0f / std::sqrt((float) b.head_dim); }

// A matrix for each key/value head: the first one's values, and how far its rows and the next one's values are.
struct by_head {
    const float * values;
    int64_t row, head;
};

// One product for each key/value head, of matrices by heads and of columns of the pool.
struct head_products {
    const attention_block & b;
    queue & q;

    by_head vectors(const float * values) const { return {values, b.head_dim, b.queries() * b.head_dim}; }
    by_head scores(const float * values) const { return {values, b.width, b.queries() * b.width}; }
    by_head trunk(const matrix & pool, int64_t column) const {
        return {pool.row(b.trunk_begin) + column, pool.stride, b.head_dim};
    }
    // to [m x n] = a * c, or added to it
    void multiply(by_head to, int64_t m, int64_t n, int64_t k, by_head a, bool transpose_a, by_head c, bool transpose_c,
                  bool add) const {
        q.products_at_once({m, n, k, a.values, a.row, transpose_a, c.values, c.row, transpose_c,
                            const_cast<float *>(to.values), to.row, add, number_type::f32, b.n_head_kv, a.head, c.head,
                            to.head});
    }

    // to [queries x trunk] = by_heads [queries x D] * transpose(pool [trunk x D])
    void with_keys(float * to, const float * by_heads, const matrix & pool, int64_t column) const {
        multiply(scores(to), b.queries(), b.trunk, b.head_dim, vectors(by_heads), false, trunk(pool, column), true,
                 false);
    }
    // to [queries x D] = weights [queries x trunk] * pool [trunk x D]
    void weighted(float * to, const float * weights, const matrix & pool, int64_t column) const {
        multiply(vectors(to), b.queries(), b.head_dim, b.trunk, scores(weights), false, trunk(pool, column), false,
                 false);
    }
    // pool [trunk x D] += transpose(weights [queries x trunk]) * by_heads [queries x D]
    void add_to(const matrix & pool, int64_t column, const float * weights, const float * by_heads) const {
        multiply(trunk(pool, column), b.trunk, b.head_dim, b.queries(), scores(weights), true, vectors(by_heads), false,
                 true);
    }
};

} // namespace

std::vector<attention_products::extent> attention_products::extents(const attention_shape & shape,
                                                                    const attention_rows & rows, bool backward,
                                                                    int64_t most_floats) {
    const int64_t n = rows.size(), kinds = backward ? 2 : 1; // scores, and their gradient
    std::vector<extent> all;
    for (int64_t i = 0; i < n; i++) {
        const int64_t trunk = rows.trunk_end[i] - rows.trunk_begin[i];
        const int32_t extras = rows.extra_begin[i + 1] - rows.extra_begin[i];
        if (!all.empty() && rows.trunk_begin[i] == rows.trunk_begin[all.back().first]) {
            extent & last = all.back();
            const int64_t wider = std::max(last.trunk, trunk), more = std::max(last.extras, extras);
            if ((last.rows + 1) * shape.n_head * (wider + more) * kinds <= most_floats) {
                last = {last.first, last.rows + 1, wider, (int32_t) more};
                continue;
            }
        }
        all.push_back({i, 1, trunk, extras});
    }
    return all;
}

size_t attention_products::floats(const attention_shape & shape, const extent & e, bool backward) {
    const int64_t by_heads = e.rows * shape.n_head;
    return (backward ? 3 : 2) * arena::padded(by_heads, shape.head_dim) +
           (backward ? 2 : 1) * arena::padded(by_heads, e.width());
}

size_t attention_products::floats(const attention_shape & shape, const attention_rows & rows, bool backward,
                                  int64_t most_floats) {
    size_t most = 0;
    for (const extent & e : extents(shape, rows, backward, most_floats)) {
        most = std::max(most, floats(shape, e, backward));
    }
    return most;
}

// f(block, first row, scratch).
template <class F> void attention_products::for_each_block(queue & q, const attention_shape & shape,
                                                           const attention_rows & rows, bool backward, F && f) {
    const int32_t *pool_row = q.here(rows.pool_row), *trunk_end = q.here(rows.trunk_end),
                  *extra_begin = q.here(rows.extra_begin), *extra = q.here(rows.extra);
    const std::vector<extent> all = extents(shape, rows, backward, most_floats_);
    size_t needed = 0;
    for (const extent & e : all) needed = std::max(needed, floats(shape, e, backward));
    if (needed * sizeof(float) > memory_.bytes()) q.wait(); // for what works with the memory that is given back
    for (const extent & e : all) {
        const attention_block b = {shape.n_head,
                                   shape.n_head_kv,
                                   shape.head_dim,
                                   shape.n_head / shape.n_head_kv,
                                   e.rows,
                                   e.trunk,
                                   e.width(),
                                   rows.trunk_begin[e.first],
                                   pool_row + e.first,
                                   trunk_end + e.first,
                                   extra_begin + e.first,
                                   extra};
        const int64_t by_heads = e.rows * shape.n_head;
        memory_.reset(needed);
        scratch s = {};
        s.queries = memory_.take(by_heads, shape.head_dim).data;
        s.scores = memory_.take(by_heads, b.width).data;
        if (backward) {
            s.d_out = memory_.take(by_heads, shape.head_dim).data;
            s.d_queries = memory_.take(by_heads, shape.head_dim).data;
            s.d_scores = memory_.take(by_heads, b.width).data;
        } else {
            s.outputs = memory_.take(by_heads, shape.head_dim).data;
        }
        f(b, e.first, s);
    }
}

void attention_products::record_probabilities(queue & q, const attention_block & b, const scratch & s,
                                              const matrix & pool, const matrix & lse) {
    record_rows(q, b.rows, gathered_heads{b, pool, b.pool_row, scale_of(b), s.queries});
    if (b.trunk > 0) head_products{b, q}.with_keys(s.scores, s.queries, pool, b.q_cols());
    record_rows(q, b.rows * b.n_head, attention_softmax_rows{b, pool, s.queries, s.scores, lse});
}

void attention_products::record_forward(queue & q, const attention_shape & shape, const matrix & pool,
                                        const attention_rows & rows, const matrix & out, const matrix & lse) {
    for_each_block(q, shape, rows, false, [&](const attention_block & b, int64_t first, const scratch & s) {
        record_probabilities(q, b, s, pool, lse.slice(first, b.rows));
        if (b.trunk > 0) {
            head_products{b, q}.weighted(s.outputs, s.scores, pool, b.q_cols() + b.kv_cols());
        } else {
            q.zero(s.outputs, b.rows * b.n_head * b.head_dim);
        }
        record_rows(q, b.rows, attention_output_rows{b, pool, s.scores, s.outputs, out.slice(first, b.rows)});
    });
}

void attention_products::record_backward(queue & q, const attention_shape & shape, const matrix & pool,
                                         const attention_rows & rows, const matrix & out, const matrix & d_out,
                                         const matrix & d_pool) {
    for_each_block(q, shape, rows, true, [&](const attention_block & b, int64_t first, const scratch & s) {
        const head_products products{b, q};
        const int64_t keys = b.q_cols(), values = keys + b.kv_cols();
        record_probabilities(q, b, s, pool, matrix());
        record_rows(q, b.rows, gathered_heads{b, d_out.slice(first, b.rows), nullptr, 1.0, s.d_out});
        if (b.trunk > 0) products.with_keys(s.d_scores, s.d_out, pool, values);
        record_rows(q, b.rows * b.n_head,
                    attention_score_gradient_rows{b, pool, out.slice(first, b.rows), s.d_out, s.scores, s.d_scores});
        if (b.trunk > 0) {
            products.weighted(s.d_queries, s.d_scores, pool, keys);
            products.add_to(d_pool, keys, s.d_scores, s.queries);
            products.add_to(d_pool, values, s.scores, s.d_out);
        } else {
            q.zero(s.d_queries, b.rows * b.n_head * b.head_dim);
        }
        record_rows(q, b.rows,
                    attention_pool_gradient_rows{b, pool, s.queries, s.d_queries, s.d_out, s.scores, s.d_scores,
                                                 scale_of(b), d_pool});
    });
}

} // namespace gto
