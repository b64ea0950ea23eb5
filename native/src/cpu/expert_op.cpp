#include "cpu/expert_op.h"

#include "common/cache_lines.h"
#include "cpu/packed_buffer.h"
#include "device/barrier_note.h"

#include <algorithm>
#include <vector>

namespace gto {

namespace {

// y[token][slot] = W[ids[token][slot]] x[token][slot, or 0 where a token's slots share one row].
struct problem {
    explicit problem(const ggml_tensor * node)
        : w(node->src[0]), x(node->src[1]), ids(node->src[2]), y(node), experts(w->ne[2]), slots(ids->ne[0]),
          tokens(ids->ne[1]) {}

    int32_t expert(int64_t token, int64_t slot) const {
        return *(const int32_t *) ((const char *) ids->data + (size_t) token * ids->nb[1] + (size_t) slot * ids->nb[0]);
    }
    const float * input(int64_t token, int64_t slot) const {
        return (const float *) ((const char *) x->data + (size_t) token * x->nb[2] +
                                (size_t) (slot % x->ne[1]) * x->nb[1]);
    }
    float * output(int64_t token, int64_t slot) const {
        return (float *) ((char *) y->data + (size_t) token * y->nb[2] + (size_t) slot * y->nb[1]);
    }

    const ggml_tensor *w, *x, *ids, *y;
    const int64_t experts, slots, tokens;
};

// Rows of one expert.
struct group {
    int64_t expert = 0, first = 0, n = 0; // in `rows`
    size_t scratch = 0;                   // where its activations begin
};

// Every thread works out the same groups: cheaper than to wait for one that does.
struct grouping {
    std::vector<int64_t> first;                    // of each expert's rows
    std::vector<std::pair<int64_t, int64_t>> rows; // token, slot: by expert
    std::vector<group> groups;
    std::vector<float *> out;

    void make(const problem & p) {
        first.assign((size_t) p.experts + 1, 0);
        const auto each = [&](auto && f) {
            for (int64_t t = 0; t < p.tokens; t++) {
                for (int64_t s = 0; s < p.slots; s++) {
                    const int32_t e = p.expert(t, s);
                    GGML_ASSERT(e >= 0 && e < p.experts);
                    f(t, s, e);
                }
            }
        };
        each([&](int64_t, int64_t, int32_t e) { first[e + 1]++; });
        for (int64_t e = 0; e < p.experts; e++) first[e + 1] += first[e];
        groups.clear();
        size_t scratch = 0;
        for (int64_t e = 0; e < p.experts; e++) {
            const int64_t n = first[e + 1] - first[e];
            if (n == 0) continue;
            groups.push_back({e, first[e], n, scratch});
            scratch += padded_rows_bytes(n, p.w->ne[0]);
        }
        rows.resize((size_t) (p.slots * p.tokens));
        out.resize(rows.size());
        each([&](int64_t t, int64_t s, int32_t e) {
            const int64_t at = first[e]++;
            rows[at] = {t, s};
            out[at] = p.output(t, s);
        });
    }

    static size_t padded_rows_bytes(int64_t n, int64_t columns) {
        return whole_lines(integers().rows_bytes(n, columns));
    }
};

} // namespace

// What rows take that each have an expert of their own; rows that share one take less.
size_t expert_op::scratch_bytes(const ggml_tensor * node) {
    const problem p(node);
    return (size_t) (p.slots * p.tokens) * grouping::padded_rows_bytes(1, p.w->ne[0]);
}

bool expert_op::takes(const ggml_tensor * node) {
    return node->op == GGML_OP_MUL_MAT_ID && packed(node->src[0]) && node->src[1]->type == GGML_TYPE_F32 &&
           node->src[1]->nb[0] == sizeof(float) && node->nb[0] == sizeof(float);
}

void expert_op::run(ggml_tensor * node, int ith, int nth, void * data) {
    const between_barriers noted;
    expert_op & op = *(expert_op *) data;
    const problem p(node);
    static thread_local grouping all;
    all.make(p);
    char * scratch = (char *) op.scratch->data();
    int64_t turn = 0;
    for (const group & g : all.groups) {
        for (int64_t r = 0; r < g.n; r++) {
            if (turn++ % nth != ith) continue;
            const auto [token, slot] = all.rows[g.first + r];
            integers().quantize(p.input(token, slot), p.w->ne[0], r, g.n, scratch + g.scratch);
        }
    }
    op.barrier.wait(nth);
    // All tiles of all groups in one line, an equal part for each thread.
    const int64_t tiles = op.format->tiles(p.w->ne[1]), whole = tiles * (int64_t) all.groups.size();
    const int64_t last = whole * (ith + 1) / nth;
    for (int64_t t = whole * ith / nth; t < last;) {
        const group & g = all.groups[t / tiles];
        const int64_t begin = t % tiles, end = std::min(tiles, begin + last - t);
        const char * weights = (const char *) p.w->data + (size_t) g.expert * op.format->bytes(p.w->ne[1], p.w->ne[0]);
        integers().multiply(
            {op.format, weights, p.w->ne[1], p.w->ne[0], scratch + g.scratch, g.n, all.out.data() + g.first}, begin,
            end);
        t += end - begin;
    }
}

} // namespace gto
