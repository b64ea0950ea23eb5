#include "draft/attention.h"

#include "kernel/clones.h"
#include "kernel/exponential.h"
#include "kernel/lane_sum.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gto {

namespace {

constexpr int tile = 64;      // keys packed together
constexpr int block_rows = 16; // query rows that share a packed tile

// A run of query rows with the same trunk start.
struct row_block {
    int64_t first, count;
    int32_t trunk_begin, trunk_end; // the furthest end of the block
    int32_t most_extra;
};

std::vector<row_block> blocks_of(const attention_rows & rows) {
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

// Scratch of one thread, kept between calls.
struct scratch {
    std::vector<float> q, scores, d_scores, packed_k, packed_v, acc;
};

scratch & thread_scratch() {
    static thread_local scratch s;
    return s;
}

float dot(const float * a, const float * b, int n) {
    return (float) lane_sum(n, [=](int64_t i) { return a[i] * b[i]; });
}

// Columns [column, column + D) of pool rows [first, first + count) as [D][tile]; the rest of the tile is 0.
void pack(const matrix & pool, int64_t column, int64_t first, int count, int D, float * packed) {
    if (count < tile) memset(packed, 0, sizeof(float) * D * tile);
    for (int k = 0; k < count; k++) {
        const float * row = pool.row(first + k) + column;
        for (int d = 0; d < D; d++) packed[d * tile + k] = row[d];
    }
}

// s[0..tile) = q . packed keys
void tile_dots(const float * q, const float * packed, int D, float * s) {
    float acc[tile] = {};
    for (int d = 0; d < D; d++) {
        const float x = q[d];
        const float * keys = packed + d * tile;
        for (int k = 0; k < tile; k++) acc[k] += x * keys[k];
    }
    memcpy(s, acc, sizeof acc);
}

// acc[0..D) += sum over k of weights[k] * column `column` of pool row first + k
template <int Fixed> void add_weighted_fixed(const matrix & pool, int64_t column, int64_t first, int count, const float * weights, float * acc) {
    float sum[Fixed];
    memcpy(sum, acc, sizeof sum);
    for (int k = 0; k < count; k++) {
        const float w = weights[k];
        const float * row = pool.row(first + k) + column;
        for (int d = 0; d < Fixed; d++) sum[d] += w * row[d];
    }
    memcpy(acc, sum, sizeof sum);
}

void axpy(float w, const float * x, int n, float * y) {
    for (int d = 0; d < n; d++) y[d] += w * x[d];
}

void add_weighted(const matrix & pool, int64_t column, int64_t first, int count, const float * weights, int D, float * acc) {
    switch (D) {
        case 64: return add_weighted_fixed<64>(pool, column, first, count, weights, acc);
        case 128: return add_weighted_fixed<128>(pool, column, first, count, weights, acc);
        default:
            for (int k = 0; k < count; k++) axpy(weights[k], pool.row(first + k) + column, D, acc);
    }
}

// One block of query rows against one key/value head: addressing shared by both directions.
struct problem {
    const attention_shape & shape;
    const matrix & pool;
    const attention_rows & rows;
    const row_block & block;
    int head_kv;

    int D = shape.head_dim, group = shape.n_head / shape.n_head_kv;
    int64_t k_column = shape.q_cols() + (int64_t) head_kv * D, v_column = k_column + shape.kv_cols();
    int64_t trunk = block.trunk_end - block.trunk_begin;
    int64_t width = (trunk + tile - 1) / tile * tile + block.most_extra; // scores of one query: trunk tiles, then extra keys
    int64_t queries = block.count * group;
    float scale = 1.0f / std::sqrt((float) shape.head_dim);

    int64_t row(int64_t query) const { return block.first + query / group; }
    int64_t q_column(int64_t query) const { return (int64_t) (head_kv * group + query % group) * D; }
    int head(int64_t query) const { return head_kv * group + (int) (query % group); }
    int64_t visible(int64_t query) const { return rows.trunk_end[row(query)] - block.trunk_begin; }
    int64_t extra_at() const { return width - block.most_extra; }
    int extras(int64_t query) const { return rows.extra_begin[row(query) + 1] - rows.extra_begin[row(query)]; }
    int32_t extra(int64_t query, int e) const { return rows.extra[rows.extra_begin[row(query)] + e]; }

    template <class F> void for_each_tile(F && f) const {
        for (int64_t k0 = 0; k0 < trunk; k0 += tile) f(k0, (int) std::min<int64_t>(tile, trunk - k0));
    }
};

void load_queries(const problem & p, scratch & s) {
    s.q.resize(p.queries * p.D);
    for (int64_t i = 0; i < p.queries; i++) {
        const float * q = p.pool.row(p.rows.pool_row[p.row(i)]) + p.q_column(i);
        for (int d = 0; d < p.D; d++) s.q[i * p.D + d] = q[d] * p.scale;
    }
}

// Scaled scores of all queries; keys outside a query's view keep what the tile held (callers look at visible keys only).
void compute_scores(const problem & p, scratch & s) {
    load_queries(p, s);
    s.scores.resize(p.queries * p.width);
    s.packed_k.resize(p.D * tile);
    p.for_each_tile([&](int64_t k0, int count) {
        pack(p.pool, p.k_column, p.block.trunk_begin + k0, count, p.D, s.packed_k.data());
        for (int64_t i = 0; i < p.queries; i++) {
            if (p.visible(i) > k0) tile_dots(&s.q[i * p.D], s.packed_k.data(), p.D, &s.scores[i * p.width + k0]);
        }
    });
    for (int64_t i = 0; i < p.queries; i++) {
        float * extra = &s.scores[i * p.width + p.extra_at()];
        for (int e = 0; e < p.extras(i); e++) extra[e] = dot(&s.q[i * p.D], p.pool.row(p.extra(i, e)) + p.k_column, p.D);
    }
}

// x[k] = exp(x[k] - shift); their sum.
float exp_row(float * x, int64_t n, float shift) {
    return (float) lane_sum(n, [=](int64_t k) { return x[k] = exponential(x[k] - shift); });
}

float max_row(const float * x, int64_t n, float m) {
    for (int64_t k = 0; k < n; k++) m = std::max(m, x[k]);
    return m;
}

} // namespace

GTO_CLONES void attention_forward(const attention_shape & shape, const matrix & pool, const attention_rows & rows, const matrix & out, const matrix & lse,
                       int ith, int nth) {
    const std::vector<row_block> blocks = blocks_of(rows);
    scratch & s = thread_scratch();
    for_each_task(blocks, shape.n_head_kv, ith, nth, [&](const row_block & block, int head_kv) {
        const problem p{shape, pool, rows, block, head_kv};
        compute_scores(p, s);
        for (int64_t i = 0; i < p.queries; i++) {
            float * trunk = &s.scores[i * p.width];
            float * extra = trunk + p.extra_at();
            const float top = max_row(extra, p.extras(i), max_row(trunk, p.visible(i), -INFINITY));
            const float sum = exp_row(trunk, p.visible(i), top) + exp_row(extra, p.extras(i), top);
            lse.row(p.row(i))[p.head(i)] = top + std::log(sum);
            const float inverse = 1.0f / sum;
            for (int64_t k = 0; k < p.visible(i); k++) trunk[k] *= inverse;
            float * o = out.row(p.row(i)) + p.q_column(i);
            memset(o, 0, sizeof(float) * p.D);
            for (int e = 0; e < p.extras(i); e++) axpy(extra[e] * inverse, pool.row(p.extra(i, e)) + p.v_column, p.D, o);
        }
        p.for_each_tile([&](int64_t k0, int) {
            for (int64_t i = 0; i < p.queries; i++) {
                const int count = (int) std::min<int64_t>(tile, p.visible(i) - k0);
                if (count <= 0) continue;
                add_weighted(pool, p.v_column, block.trunk_begin + k0, count, &s.scores[i * p.width + k0], p.D, out.row(p.row(i)) + p.q_column(i));
            }
        });
    });
}

GTO_CLONES void attention_backward(const attention_shape & shape, const matrix & pool, const attention_rows & rows, const matrix & out, const matrix & lse,
                        const matrix & d_out, const matrix & d_pool, const matrix & trunk_gradient, int ith, int nth) {
    const std::vector<row_block> blocks = blocks_of(rows);
    scratch & s = thread_scratch();
    for_each_task(blocks, shape.n_head_kv, ith, nth, [&](const row_block & block, int head_kv) {
        const problem p{shape, pool, rows, block, head_kv};
        compute_scores(p, s);
        s.d_scores.resize(p.queries * p.width);
        s.packed_v.resize(p.D * tile);
        p.for_each_tile([&](int64_t k0, int count) {
            pack(pool, p.v_column, block.trunk_begin + k0, count, p.D, s.packed_v.data());
            for (int64_t i = 0; i < p.queries; i++) {
                if (p.visible(i) > k0) tile_dots(d_out.row(p.row(i)) + p.q_column(i), s.packed_v.data(), p.D, &s.d_scores[i * p.width + k0]);
            }
        });
        // scores become probabilities P, d_scores become dS = P (dP - sum P dP) * scale
        for (int64_t i = 0; i < p.queries; i++) {
            const float * d_o = d_out.row(p.row(i)) + p.q_column(i);
            const float delta = dot(d_o, out.row(p.row(i)) + p.q_column(i), p.D);
            const float log_sum = lse.row(p.row(i))[p.head(i)];
            float * P = &s.scores[i * p.width];
            float * dS = &s.d_scores[i * p.width];
            const int64_t visible = p.visible(i), tiles = (visible + tile - 1) / tile * tile;
            for (int64_t k = 0; k < visible; k++) {
                P[k] = exponential(P[k] - log_sum);
                dS[k] = P[k] * (dS[k] - delta) * p.scale;
            }
            std::fill(P + visible, P + tiles, 0.0f);
            std::fill(dS + visible, dS + tiles, 0.0f);
            const float * q = pool.row(rows.pool_row[p.row(i)]) + p.q_column(i);
            float * d_q = d_pool.row(rows.pool_row[p.row(i)]) + p.q_column(i);
            for (int e = 0; e < p.extras(i); e++) {
                const int32_t key = p.extra(i, e);
                const float probability = exponential(P[p.extra_at() + e] - log_sum);
                const float d_score = probability * (dot(d_o, pool.row(key) + p.v_column, p.D) - delta) * p.scale;
                axpy(d_score, pool.row(key) + p.k_column, p.D, d_q);
                axpy(d_score, q, p.D, d_pool.row(key) + p.k_column);
                axpy(probability, d_o, p.D, d_pool.row(key) + p.v_column);
            }
        }
        p.for_each_tile([&](int64_t k0, int count) {
            for (int64_t i = 0; i < p.queries; i++) {
                const int seen = (int) std::min<int64_t>(count, p.visible(i) - k0);
                if (seen > 0) {
                    add_weighted(pool, p.k_column, block.trunk_begin + k0, seen, &s.d_scores[i * p.width + k0], p.D,
                                 d_pool.row(rows.pool_row[p.row(i)]) + p.q_column(i));
                }
            }
            // gradients of the tile's keys and values: sums over the block's queries
            for (int k = 0; k < count; k++) {
                float * d_k = trunk_gradient.row(block.trunk_begin + k0 + k) + (int64_t) head_kv * p.D;
                float * d_v = d_k + shape.kv_cols();
                for (int64_t i = 0; i < p.queries; i++) {
                    if (p.visible(i) <= k0 + k) continue;
                    axpy(s.d_scores[i * p.width + k0 + k], pool.row(rows.pool_row[p.row(i)]) + p.q_column(i), p.D, d_k);
                    axpy(s.scores[i * p.width + k0 + k], d_out.row(p.row(i)) + p.q_column(i), p.D, d_v);
                }
            }
        });
    });
}

} // namespace gto
