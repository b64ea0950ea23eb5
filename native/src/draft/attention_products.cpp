#include "draft/attention_products.h"

#include "device/record.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

float scale_of(const attention_block & b) { return 1.0f / std::sqrt((float) b.head_dim); }

// One product for each key/value head, of dense rows by heads with `cols` numbers of the pool's rows from `column` on.
struct head_products {
    const attention_block & b;
    queue & q;

    matrix_product form(int64_t m, int64_t n, int64_t k) const {
        matrix_product p = {};
        p.m = m;
        p.n = n;
        p.k = k;
        p.scale = 1.0f;
        p.batch = b.n_head_kv;
        return p;
    }
    // to [queries x trunk] = by_heads [queries x D] * transpose(pool [trunk x D])
    void with_keys(float * to, const float * by_heads, const matrix & pool, int64_t column) const {
        matrix_product p = form(b.queries(), b.trunk, b.head_dim);
        p.a = by_heads;
        p.lda = b.head_dim;
        p.step_a = b.queries() * b.head_dim;
        p.b = pool.row(b.trunk_begin) + column;
        p.ldb = pool.stride;
        p.transpose_b = true;
        p.step_b = b.head_dim;
        p.c = to;
        p.ldc = b.width;
        p.step_c = b.queries() * b.width;
        q.products_at_once(p);
    }
    // to [queries x D] = scores [queries x trunk] * pool [trunk x D]
    void weighted(float * to, const float * scores, const matrix & pool, int64_t column) const {
        matrix_product p = form(b.queries(), b.head_dim, b.trunk);
        p.a = scores;
        p.lda = b.width;
        p.step_a = b.queries() * b.width;
        p.b = pool.row(b.trunk_begin) + column;
        p.ldb = pool.stride;
        p.step_b = b.head_dim;
        p.c = to;
        p.ldc = b.head_dim;
        p.step_c = b.queries() * b.head_dim;
        q.products_at_once(p);
    }
    // pool [trunk x D] += transpose(scores [queries x trunk]) * by_heads [queries x D]
    void add_to(const matrix & pool, int64_t column, const float * scores, const float * by_heads) const {
        matrix_product p = form(b.trunk, b.head_dim, b.queries());
        p.a = scores;
        p.lda = b.width;
        p.transpose_a = true;
        p.step_a = b.queries() * b.width;
        p.b = by_heads;
        p.ldb = b.head_dim;
        p.step_b = b.queries() * b.head_dim;
        p.c = pool.row(b.trunk_begin) + column;
        p.ldc = pool.stride;
        p.step_c = b.head_dim;
        p.add = true;
        q.products_at_once(p);
    }
};

} // namespace

// Blocks of consecutive rows that see the same trunk from its beginning. f(block, first row, scratch).
template <class F> void attention_products::for_each_block(queue & q, const attention_shape & shape,
                                                           const attention_rows & rows, bool backward, F && f) {
    const int32_t *pool_row = q.here(rows.pool_row), *trunk_end = q.here(rows.trunk_end),
                  *extra_begin = q.here(rows.extra_begin), *extra = q.here(rows.extra);
    const int64_t n = rows.size(), kinds = backward ? 2 : 1;
    for (int64_t first = 0; first < n;) {
        attention_block b = {
            shape.n_head,     shape.n_head_kv,   shape.head_dim,      0,    0, 0, rows.trunk_begin[first],
            pool_row + first, trunk_end + first, extra_begin + first, extra};
        int32_t most_extra = 0;
        while (first + b.rows < n && rows.trunk_begin[first + b.rows] == b.trunk_begin) {
            const int64_t i = first + b.rows;
            const int64_t trunk = std::max<int64_t>(b.trunk, rows.trunk_end[i] - b.trunk_begin);
            const int32_t extras = std::max(most_extra, rows.extra_begin[i + 1] - rows.extra_begin[i]);
            if (b.rows > 0 && (b.rows + 1) * shape.n_head * (trunk + extras) * kinds > most_floats_) break;
            b.trunk = trunk;
            most_extra = extras;
            b.rows++;
        }
        b.width = b.trunk + most_extra;
        const int64_t by_heads = b.rows * shape.n_head;
        const size_t needed = (backward ? 3 : 2) * arena::padded(by_heads, shape.head_dim) +
                              (size_t) kinds * arena::padded(by_heads, b.width);
        if (needed * sizeof(float) > memory_.bytes()) q.wait(); // for what works with the memory that is given back
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
        f(b, first, s);
        first += b.rows;
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
        record_rows(q, b.rows, gathered_heads{b, d_out.slice(first, b.rows), nullptr, 1.0f, s.d_out});
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
