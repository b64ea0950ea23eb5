#include "draft/children.h"

#include "loss/rows.h"

#include <cmath>
#include <limits>

namespace gto {

void check_children(const shape & s, const children_out & out) {
    if (out.k < 1 || out.k > s.n_draft_vocab) fail(GTO_E_ARGUMENT, "k: expected 1..%d, found %d", s.n_draft_vocab, out.k);
    require(out.tokens && out.log_probs, "tokens and log_probs must not be null");
    require(!out.query || out.query_log_probs, "query needs query_log_probs");
}

static void pick(const gto_draft & draft, const float * z, int64_t row, const children_out & out) {
    static thread_local std::vector<int32_t> index;
    index.resize(out.k);
    const float lse = log_sum_exp_row(z, draft.s.n_draft_vocab);
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

void record_children(queue & q, net & net, arena & memory, matrix y, const children_out & out) {
    constexpr int64_t chunk = 256;
    const int64_t at_once = std::min(chunk, y.rows);
    memory.reset(arena::padded(at_once, net.s.n_draft_vocab));
    const matrix logits = memory.take(at_once, net.s.n_draft_vocab);
    for (int64_t first = 0; first < y.rows; first += at_once) {
        const int64_t count = std::min(at_once, y.rows - first);
        q.product(logits.slice(0, count), y.slice(first, count), net.weight(T_HEAD));
        q.kernel([=, &net, &out](int ith, int nth) {
            const share part(count, ith, nth);
            for (int64_t i = part.first; i < part.last; i++) pick(net.draft, logits.row(i), first + i, out);
        });
    }
}

void require_finite(const char * what, int64_t n, const children_out & out) {
    for (int64_t i = 0; i < n; i++) {
        // The best child's is finite unless a logit is NaN or infinite.
        if (!std::isfinite(out.log_probs[i * out.k])) fail(GTO_E_NUMERIC, "the draft's logits of %s %lld are not finite", what, (long long) i);
    }
}

} // namespace gto
