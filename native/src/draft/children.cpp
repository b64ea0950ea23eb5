#include "draft/children.h"

#include "common/ceil_div.h"
#include "draft/child_rows.h"
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

void child_rows::operator()(host_group, int32_t i) const {
    static thread_local std::vector<int32_t> index;
    index.resize(k);
    const float * row = z.row(i);
    float lse = log_sum_exp_row(sums.row(i), (int32_t) sums.cols);
    if (offered && offered[i] > 0) {
        const float both[] = {lse, log_sum_exp_row(row + n_own, offered[i])};
        lse = log_sum_exp_row(both, 2);
    }
    float * values = log_probs + (int64_t) i * k;
    top_k_row(row, (int32_t) z.cols, k, index.data(), values);
    for (int32_t j = 0; j < k; j++) {
        values[j] -= lse;
        tokens[(int64_t) i * k + j] = token(index[j]);
    }
    if (query) ask(i, row, lse);
}

void child_sums::take(host_group, int64_t i, int64_t first, int64_t last) const {
    constexpr int64_t part = child_rows::part;
    for (int64_t at = first; at < last; at += part) {
        sums.row(i)[at / part] = log_sum_exp_row(z.row(i) + at, (int32_t) std::min<int64_t>(part, last - at));
    }
}

// What says which tokens each row offers, where kernels read it.
struct offered_here {
    const int32_t *count = nullptr, *bigrams_begin = nullptr, *bigrams = nullptr;

    offered_here(queue & q, const offered_tokens * more) {
        if (!more || more->rows.rows == 0) return;
        count = q.here(more->count);
        bigrams_begin = q.here(more->bigrams.begin);
        bigrams = q.here(more->bigrams.column);
    }
};

// Logits of the offered tokens, beside those of the draft's vocabulary. The head's input is made once more: a product
// of one row keeps it nowhere.
static void record_offered(queue & q, net & net, matrix h, matrix y, const offered_tokens & more, offered_here at,
                           int64_t first, matrix z) {
    record_product(q, z, y, passing_weights_of(more.rows), normed_rows{h, net.norm(T_OUTPUT_NORM), net.s.rms_eps, y},
                   offered_rows{z, nullptr, at.count + first, more.logits.offset, at.bigrams_begin + first, at.bigrams,
                                more.logits.bigram_bonus});
}

last_logits record_children(queue & q, net & net, arena & memory, matrix h, const offered_tokens * more,
                            const children_out & out) {
    constexpr int64_t chunk = 256;
    const int32_t n = net.s.n_draft_vocab, n_parts = (int32_t) ceil_div(n, child_rows::part);
    const int64_t at_once = std::min(chunk, h.rows), n_more = more ? more->rows.rows : 0;
    const size_t needed =
        arena::padded(at_once, net.s.d) + arena::padded(at_once, n + n_more) + arena::padded(at_once, n_parts);
    memory.reset(needed);
    const matrix y = memory.take(at_once, net.s.d), logits = memory.take(at_once, n + n_more),
                 sums = memory.take(at_once, n_parts);
    const size_t all = (size_t) h.rows * (size_t) out.k;
    int32_t * tokens = q.back(out.tokens, all);
    float *log_probs = q.back(out.log_probs, all), *query_log_probs = nullptr;
    const int32_t * query = q.here(out.query, (size_t) h.rows);
    const offered_here offered(q, more);
    if (query) query_log_probs = q.back(out.query_log_probs, (size_t) h.rows);
    last_logits last;
    for (int64_t first = 0; first < h.rows; first += at_once) {
        const int64_t count = std::min(at_once, h.rows - first), taken = first * out.k;
        const matrix z = logits.slice(0, count), own = z.columns(0, n), parts = sums.slice(0, count),
                     rows = h.slice(first, count), in = y.slice(0, count);
        last = {first, z};
        record_logits(q, net, rows, in, own, child_sums{own, parts}, child_rows::part);
        if (n_more > 0) record_offered(q, net, rows, in, *more, offered, first, z.columns(n, n_more));
        record_rows(q, count,
                    child_rows{z, n, n_more > 0 ? more->tokens : nullptr, n_more > 0 ? offered.count + first : nullptr,
                               out.k, net.s.n_vocab, net.draft.d2t_there(), net.draft.t2d_there(), tokens + taken,
                               log_probs + taken, query ? query + first : nullptr,
                               query ? query_log_probs + first : nullptr, parts});
    }
    return last;
}

void record_all_logits(queue & q, net & net, matrix h, matrix y, const offered_tokens * more, matrix out) {
    const int64_t n = net.s.n_draft_vocab, n_more = more ? more->rows.rows : 0;
    record_logits(q, net, h, y, out.columns(0, n));
    if (n_more > 0) record_offered(q, net, h, y, *more, {q, more}, 0, out.columns(n, n_more));
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
