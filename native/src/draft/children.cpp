#include "draft/children.h"

#include "loss/rows.h"

#include <cmath>
#include <limits>

namespace gto {

void check_children(const shape & s, const children_out & out) {
    if (out.k < 1 || out.k > s.n_draft_vocab) {
        fail(GTO_E_ARGUMENT, "k: expected 1..%d, found %d", s.n_draft_vocab, out.k);
    }
    require(out.tokens && out.log_probs, "tokens and log_probs must not be null");
    require(!out.query || out.query_log_probs, "query needs query_log_probs");
}

// parts: log-sum-exp of each `part` logits.
static void pick(const gto_draft & draft, const float * z, const float * parts, int32_t n_parts, int64_t row,
                 const children_out & out) {
    static thread_local std::vector<int32_t> index;
    index.resize(out.k);
    const float lse = log_sum_exp_row(parts, n_parts);
    float * values = out.log_probs + row * out.k;
    top_k_row(z, draft.s.n_draft_vocab, out.k, index.data(), values);
    for (int32_t j = 0; j < out.k; j++) {
        values[j] -= lse;
        out.tokens[row * out.k + j] = draft.d2t[index[j]];
    }
    if (!out.query) return;
    const int32_t token = out.query[row], id = token >= 0 && token < draft.s.n_vocab ? draft.t2d[token] : -1;
    out.query_log_probs[row] = id < 0 ? -std::numeric_limits<float>::infinity() : z[id] - lse;
}

void record_children(queue & q, net & net, arena & memory, matrix h, const children_out & out) {
    constexpr int64_t chunk = 256;
    constexpr int32_t part = 256; // logits; whoever computes them sums them up
    const int32_t n = net.s.n_draft_vocab, n_parts = (n + part - 1) / part;
    const int64_t at_once = std::min(chunk, h.rows);
    memory.reset(arena::padded(at_once, net.s.d) + arena::padded(at_once, n) + arena::padded(at_once, n_parts));
    const matrix y = memory.take(at_once, net.s.d), logits = memory.take(at_once, n),
                 sums = memory.take(at_once, n_parts);
    const auto sum_up = [=](int64_t i, int64_t first, int64_t last) {
        for (int64_t at = first; at < last; at += part) {
            sums.row(i)[at / part] = log_sum_exp_row(logits.row(i) + at, (int32_t) std::min<int64_t>(part, last - at));
        }
    };
    for (int64_t first = 0; first < h.rows; first += at_once) {
        const int64_t count = std::min(at_once, h.rows - first);
        record_logits(q, net, h.slice(first, count), y.slice(0, count), logits.slice(0, count), {sum_up, part});
        q.kernel([=, &net, &out](int ith, int nth) {
            const share rows(count, ith, nth);
            for (int64_t i = rows.first; i < rows.last; i++) {
                pick(net.draft, logits.row(i), sums.row(i), n_parts, first + i, out);
            }
        });
    }
}

void require_finite(const char * what, int64_t n, const children_out & out) {
    for (int64_t i = 0; i < n; i++) {
        // The best child's is finite unless a logit is NaN or infinite.
        if (!std::isfinite(out.log_probs[i * out.k])) {
            fail(GTO_E_NUMERIC, "the draft's logits of %s %lld are not finite", what, (long long) i);
        }
    }
}

} // namespace gto
