// Growing draft trees: a trunk of context rows and nodes below it, in one attention pool.
#include "common/range.h"
#include "draft/children.h"
#include "draft/context_vocabulary.h"
#include "draft/forward_kernels.h"
#include "target/drawn_children.h"
#include "target/features.h"

#include <algorithm>
#include <numeric>
#include <optional>

using namespace gto;

static products products_of(int32_t type) {
    return type == GTO_TYPE_BF16 ? products{&fastest_unit(), number_type::bf16} : products{};
}

struct gto_draft_session : gto::counted {
    gto_draft_session(gto_draft & draft, int32_t n_ctx, int32_t max_nodes, int32_t type)
        : draft(draft), net(draft, type), q(draft.device, products_of(type)), n_ctx(n_ctx), max_nodes(max_nodes),
          pool(draft.device), scratch(draft.device), fused(draft.device), inputs(draft.device), logits(draft.device) {
        const int64_t rows = (int64_t) n_ctx + max_nodes;
        draft.device.require_room("a draft session of " + std::to_string(n_ctx) + " rows and " +
                                      std::to_string(max_nodes) + " nodes",
                                  (int64_t) sizeof(float) * rows * (net.s.qkv_cols() + net.s.d));
        pool.reset(arena::padded(rows, net.s.qkv_cols()) + arena::padded(rows, net.s.d));
        qkv = pool.take(rows, net.s.qkv_cols());
        h = pool.take(rows, net.s.d);
        has_h.assign(n_ctx, 0);
        if (draft.context) context = std::make_unique<context_vocabulary>(draft, n_ctx);
    }

    gto_draft & draft;
    gto::net net;
    queue q;
    const int32_t n_ctx, max_nodes;
    arena pool, scratch;
    arena fused;          // features of new trunk rows
    arena inputs, logits; // of the head
    matrix qkv, h;        // trunk rows 0..n_ctx-1, then nodes
    int32_t n_rows = 0, n_nodes = 0;
    int64_t in_calls = 0;                  // ns
    std::vector<uint8_t> has_h;            // trunk rows whose h is known
    std::vector<int32_t> trunk_of, parent; // per node: trunk row at its root; parent node or -1
    std::vector<int32_t> node_token;

    std::unique_ptr<context_vocabulary> context; // or null: children are of the draft's vocabulary alone

    // Logits of the last roots or expand that are still in `logits`, and of which rows of h they are.
    matrix z;
    std::vector<int64_t> z_rows;

    int64_t node_row(int32_t node) const { return (int64_t) n_ctx + node; }
    // The trunk row below which a pool row stands.
    int32_t trunk_row(int64_t row) const { return row < n_ctx ? (int32_t) row : trunk_of[(size_t) (row - n_ctx)]; }
    // The token that a pool row takes; of trunk rows where there is a context vocabulary.
    int32_t token(int64_t row) const {
        return row < n_ctx ? context->text((int32_t) row) : node_token[(size_t) (row - n_ctx)];
    }
    void truncate(int32_t rows) {
        n_rows = rows;
        if (context) context->truncate(rows);
    }
    void drop_nodes() {
        n_nodes = 0;
        z_rows.clear();
        trunk_of.clear();
        parent.clear();
        node_token.clear();
    }
};

namespace {

// Rows of h (each given by its pool row) as one matrix: h itself if they follow one another, else a copy.
matrix together(gto_draft_session & session, const std::vector<int64_t> & rows) {
    const int64_t n = (int64_t) rows.size();
    bool follow = true;
    for (int64_t i = 1; i < n; i++) follow = follow && rows[i] == rows[0] + i;
    if (follow) return session.h.slice(n == 0 ? 0 : rows[0], n);
    session.inputs.reset(arena::padded(n, session.net.s.d));
    const matrix copy = session.inputs.take(n, session.net.s.d);
    const std::vector<int32_t> from(rows.begin(), rows.end());
    compute_rows(session.q, n, copied_rows{session.h, session.q.here(from), copy, nullptr});
    return copy;
}

// Scratch activations of a pass whose pool, and rows of h, are the session's; the pass's pool rows with queries follow
// one another. Other outputs start at row 0.
activations scratch_for(gto_draft_session & session, const pass & p) {
    const int64_t rows = p.rows();
    session.scratch.reset(activations::floats(session.net.s, rows, rows));
    activations a;
    a.take(session.scratch, session.net.s, rows, rows);
    // pool matrices are addressed from the pass's first pool row
    for (matrix * m : {&a.g, &a.e, &a.c}) m->data -= p.first * m->stride;
    a.qkv = session.qkv;
    if (p.queries.size() > 0) a.h = session.h.slice(p.queries.pool_row[0], p.queries.size());
    return a;
}

// What pool rows offer beside the draft's vocabulary; nothing without a context vocabulary.
std::optional<offered_tokens> offered_by(const gto_draft_session & session, const std::vector<int64_t> & rows) {
    if (!session.context || session.context->empty()) return {};
    std::vector<int32_t> trunk_rows, tokens;
    for (const int64_t row : rows) {
        trunk_rows.push_back(session.trunk_row(row));
        tokens.push_back(session.token(row));
    }
    return session.context->of(trunk_rows, tokens);
}

// Children of rows of h, of which `at` is a matrix.
void take_children(gto_draft_session & session, const char * what, const std::vector<int64_t> & rows, matrix at,
                   const children_out & out) {
    session.z_rows.clear();
    const std::optional<offered_tokens> more = offered_by(session, rows);
    const last_logits last = record_children(session.q, session.net, session.logits, at, more ? &*more : nullptr, out);
    session.q.run();
    require_finite(what, (int64_t) rows.size(), out);
    session.z = last.z;
    session.z_rows.assign(rows.begin() + last.first, rows.end());
}

// Row of h that a trunk row (row >= 0) or node (-1 - node) has. Fails with GTO_E_ARGUMENT.
int64_t row_of(const gto_draft_session & session, int32_t row_or_node) {
    if (row_or_node >= 0) {
        if (row_or_node >= session.n_rows || !session.has_h[row_or_node]) {
            fail(GTO_E_ARGUMENT, "row %d: its h was not computed", row_or_node);
        }
        return row_or_node;
    }
    const int32_t node = -1 - row_or_node;
    if (node >= session.n_nodes) fail(GTO_E_ARGUMENT, "node %d: only %d nodes", node, session.n_nodes);
    return session.node_row(node);
}

// Logits [n_draft_vocab], and of the tokens that are offered (if `more` isn't null), of a row of h, to the host: those
// that the last call for children has left, or computed again.
void read_logits(gto_draft_session & session, int64_t row, const offered_tokens * more, float * logits) {
    const int64_t n = session.net.s.n_draft_vocab + (more ? more->rows.rows : 0);
    const auto kept = std::find(session.z_rows.begin(), session.z_rows.end(), row);
    if (kept != session.z_rows.end()) {
        session.draft.device.read(logits, session.z.row(kept - session.z_rows.begin()), (size_t) n * sizeof(float));
        return;
    }
    const matrix out = dense(session.q.back(logits, (size_t) n), 1, n);
    session.inputs.reset(arena::padded(1, session.net.s.d));
    record_all_logits(session.q, session.net, session.h.slice(row, 1), session.inputs.take(1, session.net.s.d), more,
                      out);
    session.q.run();
}

void draw(gto_draft_session & session, gto_drawn_children & drawn, int32_t n, const int32_t * rows_or_nodes,
          const int32_t * fixed_begin, const int32_t * fixed, int32_t * tokens) {
    std::vector<float> here;
    for (int32_t i = 0; i < n; i++) {
        const int64_t row = row_of(session, rows_or_nodes[i]);
        const std::optional<offered_tokens> more = offered_by(session, {row});
        const int32_t n_more = more ? more->count[0] : 0;
        here.resize((size_t) session.net.s.n_draft_vocab + (size_t) n_more);
        read_logits(session, row, more ? &*more : nullptr, here.data());
        tokens[i] = drawn.draw(here.data(), n_more > 0 ? session.context->tokens().data() : nullptr, n_more,
                               fixed + fixed_begin[i], fixed_begin[i + 1] - fixed_begin[i]);
    }
}

void check_token(const shape & s, int32_t token, int64_t i) {
    if (token < 0 || token >= s.n_vocab) {
        fail(GTO_E_ARGUMENT, "token %lld: expected an id in 0..%d, found %d", (long long) i, s.n_vocab - 1, token);
    }
}

void append(gto_draft_session & session, const gto_features & features, int32_t first, int32_t n,
            const int32_t * next_tokens, int32_t roots_from) {
    constexpr int32_t at_once = 512;
    for (int32_t done = 0; done < n;) {
        const int32_t count = std::min(at_once, n - done);
        pass p;
        p.first = session.n_rows;
        for (int32_t i = 0; i < count; i++) {
            const int32_t row = session.n_rows + i;
            p.token.push_back(next_tokens[done + i]);
            p.position.push_back(row);
            session.has_h[row] = done + i >= roots_from;
            if (session.has_h[row]) p.queries.add(row, 0, row + 1), p.queries.close();
        }
        for (int32_t i = 0; session.context && i < count; i++) {
            session.context->add(session.n_rows + i, next_tokens[done + i]);
        }
        const int64_t width = session.net.s.features(),
                      normed_rows = session.net.s.has(GTO_NET_NORM_BEFORE_FC) ? count : 0;
        session.fused.reset(arena::padded(count, width) + arena::padded(normed_rows, width));
        const matrix x = session.fused.take(count, width), normed = session.fused.take(normed_rows, width);
        load_features(session.q, session.draft, features, first + done, x);
        const activations a = scratch_for(session, p);
        record_fusion(session.q, session.net, x, normed, a.g.slice(p.first, count));
        record_forward(session.q, session.net, a, p);
        session.q.run();
        session.n_rows += count;
        done += count;
    }
}

void extend(gto_draft_session & session, const gto_features & features, int32_t first, int32_t n,
            const int32_t * next_tokens, int32_t roots_from) {
    const shape & s = session.net.s;
    require_taps(s, features, "extend");
    require_span("rows of the features", first, n, features.rows());
    require_room("rows of the draft's context", session.n_rows, n, session.n_ctx);
    require_within("roots_from", roots_from, 0, n);
    for (int32_t i = 0; i < n; i++) check_token(s, next_tokens[i], i);
    session.drop_nodes();
    session.q.weights_are_of(session.draft.revision);
    const int32_t held = session.n_rows;
    try {
        append(session, features, first, n, next_tokens, roots_from);
    } catch (...) {
        session.truncate(held);
        throw;
    }
}

void expand(gto_draft_session & session, int32_t n, const int32_t * parents, const int32_t * tokens,
            const children_out & out, int32_t * first_node) {
    const shape & s = session.net.s;
    session.trunk_of.resize(session.n_nodes); // a call that failed may have left some
    session.parent.resize(session.n_nodes);
    session.node_token.resize(session.n_nodes);
    pass p;
    p.first = session.node_row(session.n_nodes);
    for (int32_t i = 0; i < n; i++) {
        check_token(s, tokens[i], i);
        const int32_t up = parents[i];
        if (up >= session.n_nodes) {
            fail(GTO_E_ARGUMENT, "parent %d of node %d: only %d nodes were evaluated before", up, i, session.n_nodes);
        }
        const int32_t trunk = up >= 0 ? session.trunk_of[up] : -1 - up;
        if (up < 0 && (trunk >= session.n_rows || !session.has_h[trunk])) {
            fail(GTO_E_ARGUMENT, "parent of node %d: h of trunk row %d was not computed", i, trunk);
        }
        const int32_t self = (int32_t) p.first + i;
        p.queries.add(self, 0, trunk + 1);
        p.queries.extra.push_back(self);
        int32_t depth = 1;
        for (int32_t node = up; node >= 0; node = session.parent[node], depth++) {
            p.queries.extra.push_back((int32_t) session.node_row(node));
        }
        p.queries.close();
        p.token.push_back(tokens[i]);
        p.position.push_back(trunk + depth);
    }
    const activations a = scratch_for(session, p);
    std::vector<int32_t> from(n);
    for (int32_t i = 0; i < n; i++) {
        from[i] = (int32_t) (parents[i] >= 0 ? session.node_row(parents[i]) : -1 - (int64_t) parents[i]);
    }
    compute_rows(session.q, n, copied_rows{session.h, session.q.here(from), a.g.slice(p.first, n), nullptr});
    record_forward(session.q, session.net, a, p);
    std::vector<int64_t> rows(n);
    std::iota(rows.begin(), rows.end(), p.first);
    for (int32_t i = 0; i < n; i++) {
        session.trunk_of.push_back(parents[i] >= 0 ? session.trunk_of[parents[i]] : -1 - parents[i]);
        session.parent.push_back(parents[i] >= 0 ? parents[i] : -1);
        session.node_token.push_back(tokens[i]);
    }
    take_children(session, "node", rows, a.h, out);
    if (first_node) *first_node = session.n_nodes;
    session.n_nodes += n;
}

// A call that computes.
template <class F> gto_status timed(gto_draft_session * session, F && f) {
    return guard([&] {
        require(session != nullptr, "session must not be null");
        const stopwatch call(session->in_calls);
        const queue::recording recording(session->q);
        f();
    });
}

} // namespace

gto_status gto_draft_session_open(gto_draft * draft, int32_t n_ctx, int32_t max_nodes, int32_t type,
                                  gto_draft_session ** out) {
    return guard([&] {
        require(draft && out, "draft and out must not be null");
        require_at_least("n_ctx", n_ctx, 1);
        require_at_least("max_nodes", max_nodes, 0);
        require_within("n_ctx + max_nodes", (int64_t) n_ctx + max_nodes, 1, INT32_MAX);
        *out = new gto_draft_session(*draft, n_ctx, max_nodes, type);
    });
}

void gto_draft_session_free(gto_draft_session * session) { delete session; }
int32_t gto_draft_session_rows(const gto_draft_session * session) { return session ? session->n_rows : 0; }

gto_draft_session_times gto_draft_session_spent(const gto_draft_session * session) {
    if (!session) return {};
    const queue_times & times = session->q.times();
    return {session->in_calls, times.waited, times.products, times.kernels};
}

gto_status gto_draft_session_truncate(gto_draft_session * session, int32_t n_rows) {
    return guard([&] {
        require(session != nullptr, "session must not be null");
        require_within("n_rows", n_rows, 0, session->n_rows);
        session->truncate(n_rows);
        session->drop_nodes();
    });
}

gto_status gto_draft_session_extend(gto_draft_session * session, const gto_features * features, int32_t first,
                                    int32_t n, const int32_t * next_tokens, int32_t roots_from) {
    return timed(session, [&] {
        require(features && (next_tokens || n == 0), "features and next_tokens must not be null");
        extend(*session, *features, first, n, next_tokens, roots_from);
    });
}

gto_status gto_draft_session_roots(gto_draft_session * session, int32_t n, const int32_t * rows, int32_t k,
                                   int32_t * tokens, float * log_probs, const int32_t * query,
                                   float * query_log_probs) {
    return timed(session, [&] {
        require_within("n", n, 0, session->n_ctx);
        require(rows || n == 0, "rows must not be null");
        const children_out out{k, tokens, log_probs, query, query_log_probs};
        check_children(session->net.s, out);
        const std::vector<int64_t> from(rows, rows + n);
        for (int64_t row : from) {
            if (row < 0 || row >= session->n_rows || !session->has_h[row]) {
                fail(GTO_E_ARGUMENT, "root row %lld: its h was not computed (trunk has %d rows)", (long long) row,
                     session->n_rows);
            }
        }
        take_children(*session, "root", from, together(*session, from), out);
    });
}

gto_status gto_draft_session_expand(gto_draft_session * session, int32_t n, const int32_t * parents,
                                    const int32_t * tokens_in, int32_t k, int32_t * tokens, float * log_probs,
                                    const int32_t * query, float * query_log_probs, int32_t * first_node) {
    return timed(session, [&] {
        require_room("nodes of the draft tree", session->n_nodes, n, session->max_nodes);
        require(n == 0 || (parents && tokens_in), "parents and tokens_in must not be null");
        const children_out out{k, tokens, log_probs, query, query_log_probs};
        check_children(session->net.s, out);
        expand(*session, n, parents, tokens_in, out, first_node);
    });
}

gto_status gto_draft_session_draw(gto_draft_session * session, gto_drawn_children * drawn, int32_t n,
                                  const int32_t * rows_or_nodes, const int32_t * fixed_begin, const int32_t * fixed,
                                  int32_t * tokens, int32_t * first_draw) {
    return timed(session, [&] {
        require_within("n", n, 0, (int64_t) session->n_ctx + session->max_nodes);
        require(drawn && first_draw, "drawn and first_draw must not be null");
        require(n == 0 || (rows_or_nodes && fixed_begin && tokens),
                "rows_or_nodes, fixed_begin and tokens must not be null");
        for (int32_t i = 0; i < n; i++) {
            if (fixed_begin[i] < 0 || fixed_begin[i + 1] < fixed_begin[i]) {
                fail(GTO_E_ARGUMENT, "fixed_begin[%d]: expected at least %d, found %d", i + 1,
                     std::max(0, fixed_begin[i]), fixed_begin[i + 1]);
            }
            require(fixed || fixed_begin[i + 1] == fixed_begin[i], "fixed must not be null");
            for (int32_t j = fixed_begin[i]; j < fixed_begin[i + 1]; j++) check_token(session->net.s, fixed[j], j);
        }
        drawn->take_vocabulary(session->draft.d2t, session->draft.t2d);
        *first_draw = drawn->count();
        try {
            draw(*session, *drawn, n, rows_or_nodes, fixed_begin, fixed, tokens);
        } catch (...) {
            drawn->truncate(*first_draw);
            throw;
        }
    });
}

gto_status gto_draft_session_logits(gto_draft_session * session, int32_t row_or_node, float * logits) {
    return timed(session, [&] {
        require(logits != nullptr, "logits must not be null");
        read_logits(*session, row_of(*session, row_or_node), nullptr, logits);
    });
}
