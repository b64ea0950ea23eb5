// Attention of new rows to a trunk of context keys and to their own ancestors, and its gradient. The equations are in
// attention.cpp.
//
// Queries, keys and values lie in one pool, a row being [q: n_head * D | k: n_head_kv * D | v: n_head_kv * D] (after
// RoPE). Query row i attends to pool rows [trunk_begin[i], trunk_end[i]) and to extra[extra_begin[i] ..
// extra_begin[i+1]) (its ancestors and itself, where they aren't in the trunk), under one softmax in F32.
#pragma once

#include "device/queue.h"

#include <vector>

namespace gto {

struct attention_shape {
    int32_t n_head, n_head_kv, head_dim;
    int64_t q_cols() const { return (int64_t) n_head * head_dim; }
    int64_t kv_cols() const { return (int64_t) n_head_kv * head_dim; }
};

struct attention_rows {
    std::vector<int32_t> pool_row, trunk_begin, trunk_end, extra_begin{0}, extra;
    int64_t size() const { return (int64_t) pool_row.size(); }
    void add(int32_t row, int32_t begin, int32_t end) {
        pool_row.push_back(row);
        trunk_begin.push_back(begin);
        trunk_end.push_back(end);
        extra_begin.push_back((int32_t) extra.size());
    }
    // To be called after pushing the ancestors of the row added last to `extra`.
    void close() { extra_begin.back() = (int32_t) extra.size(); }
};

// out [rows x n_head * D]; lse [rows x n_head] = log of the softmax's denominator, kept for the gradient.
void attention_forward(const attention_shape & shape, const matrix & pool, const attention_rows & rows,
                       const matrix & out, const matrix & lse, int ith, int nth);

// Adds to d_pool: d_q at the query rows, d_k and d_v at the extra rows. Threads do so without locks, so in one call an
// extra row may be seen by one query row only. d_k and d_v of trunk rows are added to trunk_gradient [trunk rows x
// 2 * kv_cols], which belongs to this thread: row t of it is pool row t.
void attention_backward(const attention_shape & shape, const matrix & pool, const attention_rows & rows,
                        const matrix & out, const matrix & lse, const matrix & d_out, const matrix & d_pool,
                        const matrix & trunk_gradient, int ith, int nth);

} // namespace gto
