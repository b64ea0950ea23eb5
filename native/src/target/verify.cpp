// Verification of the draft trees of one or more requests in one target pass.
#include "common/range.h"
#include "target/draft_tree.h"
#include "target/lanes.h"
#include "target/session.h"

#include <algorithm>
#include <deque>

using namespace gto;

namespace {

struct request {
    int32_t seq, position, root;
    draft_tree tree;
    gto_sampler * sampler;
    gto_features * features; // or null
    int32_t *path, *n_accepted, *next;
};

void check(const gto_session & s, const request & r) {
    const gto_target & target = *s.target;
    require(r.sampler != nullptr, "sampler is null");
    if (r.sampler->n_vocab != target.info.n_vocab) {
        fail(GTO_E_ARGUMENT, "sampler: expected a vocabulary of %d, found %d", target.info.n_vocab, r.sampler->n_vocab);
    }
    s.require_sequence("seq", r.seq);
    require_token(target, "root", 0, r.root);
    if (r.position != s.end_of(r.seq)) {
        fail(GTO_E_ARGUMENT, "position: expected %d, the end of sequence %d, found %d", s.end_of(r.seq), r.seq,
             r.position);
    }
    if (r.tree.n < 0 || r.tree.n > s.n_batch - 1) {
        fail(GTO_E_ARGUMENT, "n: expected 0..%d nodes (n_batch - 1), found %d", s.n_batch - 1, r.tree.n);
    }
    if (r.position > INT32_MAX - 1 - r.tree.n) {
        fail(GTO_E_CONTEXT, "position %d: %d nodes below it are more positions than can be counted", r.position,
             r.tree.n);
    }
    require(r.tree.n == 0 || !target.info.recurrent, no_branches);
    if (r.tree.drawn && r.tree.drawn->n_vocab != target.info.n_vocab) {
        fail(GTO_E_ARGUMENT, "drawn: expected a vocabulary of %d, found %d", target.info.n_vocab,
             r.tree.drawn->n_vocab);
    }
    r.tree.check(target);
    const size_t n_leaves = r.tree.leaves().size();
    if ((int64_t) n_leaves > std::max(1, s.n_seq_max - 1)) {
        fail(GTO_E_ARGUMENT, "the tree has %zu leaves, a session of %d sequences takes %d", n_leaves, s.n_seq_max,
             s.n_seq_max - 1);
    }
    if (r.features) s.require_fit(*r.features);
}

void check(const gto_session & s, const std::vector<request> & requests) {
    require(!s.many_texts, "a session of many texts verifies no trees");
    int64_t n_rows = 0;
    std::vector<int32_t> seqs;
    for (size_t i = 0; i < requests.size(); i++) {
        try {
            check(s, requests[i]);
        } catch (const error & e) {
            if (requests.size() == 1) throw;
            fail(e.status, "request %zu: %s", i, e.what());
        }
        n_rows += 1 + requests[i].tree.n;
        seqs.push_back(requests[i].seq);
    }
    if (n_rows > s.n_batch) {
        fail(GTO_E_ARGUMENT, "the trees and roots of %zu requests are %lld rows, a pass takes %d (n_batch)",
             requests.size(), (long long) n_rows, s.n_batch);
    }
    std::sort(seqs.begin(), seqs.end());
    const auto twin = std::adjacent_find(seqs.begin(), seqs.end());
    if (twin != seqs.end()) fail(GTO_E_ARGUMENT, "two requests for sequence %d", *twin);
}

// Rows of a target pass: for each request its root, then its nodes.
struct pass {
    void add(const request & r, const std::vector<int32_t> & ids) {
        const std::vector<int32_t> leaves = r.tree.leaves();
        std::vector<std::vector<int32_t>> of_node(r.tree.n);
        for (size_t i = 0; i < leaves.size(); i++) {
            for (int32_t node = leaves[i]; node >= 0; node = r.tree.parents[node]) of_node[node].push_back(ids[i]);
        }
        const size_t first = tokens.size();
        first_row.push_back((int32_t) first);
        add_row(r.root, r.position, ids);
        for (int32_t i = 0; i < r.tree.n; i++) {
            add_row(r.tree.tokens[i], positions[first + 1 + r.tree.parents[i]] + 1, of_node[i]);
        }
    }
    rows view() const {
        return {(int32_t) tokens.size(), tokens.data(), positions.data(), begins.data(), seqs.data(), output.data()};
    }
    int32_t first_lane(int32_t row) const { return seqs[begins[row]]; }

    std::vector<int32_t> tokens, positions, begins{0}, seqs;
    std::vector<int8_t> output;
    std::vector<int32_t> first_row; // of each request

  private:
    void add_row(int32_t token, int32_t position, const std::vector<int32_t> & of_row) {
        tokens.push_back(token);
        positions.push_back(position);
        output.push_back(1);
        seqs.insert(seqs.end(), of_row.begin(), of_row.end());
        begins.push_back((int32_t) seqs.size());
    }
};

struct walk {
    std::vector<int32_t> path;
    int32_t next = -1;
};

walk walk_tree(const gto_session & s, const request & r, int32_t root_row) {
    walk w;
    for (int32_t node = -1;;) {
        const int32_t row = root_row + 1 + node, draw = r.tree.draw_below(node);
        const int32_t token = draw < 0 ? s.draw(row, *r.sampler) : s.draw(row, *r.sampler, *r.tree.drawn, draw);
        const int32_t child = r.tree.child(node, token);
        if (child < 0) {
            w.next = token;
            return w;
        }
        w.path.push_back(child);
        if (llama_vocab_is_eog(s.target->vocab, token)) return w;
        node = child;
    }
}

void capture_path(const gto_session & s, const walk & w, int32_t root_row, gto_features & features) {
    const gto_features::whole_append whole(&features);
    std::vector<int32_t> rows = {root_row};
    for (int32_t node : w.path) rows.push_back(root_row + 1 + node);
    s.capture(rows, features);
}

void accept(gto_session & s, const request & r, const pass & p, int32_t root_row, lanes & paths) {
    const walk w = walk_tree(s, r, root_row);
    if (r.features) capture_path(s, w, root_row, *r.features);
    const int32_t last = w.path.empty() ? root_row : root_row + 1 + w.path.back();
    paths.keep(p.first_lane(last), p.positions[last] + 1);
    std::copy(w.path.begin(), w.path.end(), r.path);
    *r.n_accepted = (int32_t) w.path.size();
    *r.next = w.next;
}

// Fails before anything has changed, or else sets the status of each request.
void verify(gto_session & s, const std::vector<request> & requests, gto_status * status) {
    check(s, requests);
    std::vector<int32_t> own;
    for (const request & r : requests) own.push_back(r.seq);
    spare_sequences spare(s, own);
    size_t needed = 0, wanted = 0;
    for (const request & r : requests) {
        needed += std::max<size_t>(1, r.tree.leaves().size()) - 1;
        wanted += (size_t) std::max(1, r.tree.n) - 1;
    }
    if (needed > spare.size()) {
        fail(GTO_E_CONTEXT, "the leaves need %zu more sequences, %zu of %d are unused", needed, spare.size(),
             s.n_seq_max);
    }
    // libllama uses its graph again for as many rows of as many sequences as in the last target pass: with a sequence
    // for each node, leaf or not, trees of one size are alike.
    const bool one_each = wanted <= spare.size();

    pass p;
    std::deque<lanes> paths;
    for (const request & r : requests) {
        paths.emplace_back(s, r.seq, r.position, one_each ? (size_t) r.tree.n : r.tree.leaves().size(), spare);
        p.add(r, paths.back().ids());
    }
    const int32_t deepest = *std::max_element(p.positions.begin(), p.positions.end());
    if (deepest >= s.target->max_positions) {
        fail(GTO_E_CONTEXT, "a tree reaches position %d, the model has %d positions", deepest, s.target->max_positions);
    }
    s.decode(p.view());
    s.verify_errors.assign(requests.size(), "");
    for (size_t i = 0; i < requests.size(); i++) {
        status[i] = guard([&] { accept(s, requests[i], p, p.first_row[i], paths[i]); });
        if (status[i] != GTO_OK) s.verify_errors[i] = gto_last_error();
    }
}

} // namespace

gto_status gto_session_verify_many(gto_session * session, int32_t n_requests, const int32_t * seqs,
                                   const int32_t * positions, const int32_t * roots, const int32_t * node_begin,
                                   const int32_t * tokens, const int32_t * parents, gto_sampler * const * samplers,
                                   gto_features * const * features, const int32_t * draws,
                                   gto_drawn_children * const * drawn, int32_t * path, int32_t * n_accepted,
                                   int32_t * next, gto_status * status) {
    return guard([&] {
        require(session != nullptr, "session is null");
        const stopwatch call(session->times.calls);
        require_within("n_requests", n_requests, 1, session->n_seq_max);
        require(seqs && positions && roots && node_begin && samplers,
                "seqs, positions, roots, node_begin or samplers is null");
        require(n_accepted && next && status, "n_accepted, next or status is null");
        if (node_begin[0] != 0) fail(GTO_E_ARGUMENT, "node_begin[0]: expected 0, found %d", node_begin[0]);
        std::vector<request> requests;
        for (int32_t i = 0; i < n_requests; i++) {
            const int32_t begin = node_begin[i];
            if (node_begin[i + 1] < begin) {
                fail(GTO_E_ARGUMENT, "node_begin[%d]: expected at least %d, found %d", i + 1, begin, node_begin[i + 1]);
            }
            const int32_t n = node_begin[i + 1] - begin;
            require(n == 0 || (tokens && parents && path), "tokens, parents or path is null");
            draft_tree tree;
            if (n > 0) {
                tree = {n, tokens + begin, parents + begin, draws ? draws + begin : nullptr,
                        drawn ? drawn[i] : nullptr};
            }
            requests.push_back({seqs[i], positions[i], roots[i], tree, samplers[i], features ? features[i] : nullptr,
                                n == 0 ? nullptr : path + begin, n_accepted + i, next + i});
        }
        verify(*session, requests, status);
    });
}

const char * gto_session_verify_error(const gto_session * session, int32_t request) {
    return session && request >= 0 && request < (int32_t) session->verify_errors.size()
               ? session->verify_errors[request].c_str()
               : "";
}

gto_status gto_session_verify(gto_session * session, int32_t seq, int32_t position, int32_t root, int32_t n,
                              const int32_t * tokens, const int32_t * parents, gto_sampler * sampler,
                              gto_features * features, int32_t * path, int32_t * n_accepted, int32_t * next) {
    return guard([&] {
        require(session != nullptr, "session is null");
        const stopwatch call(session->times.calls);
        require(n_accepted && next && (n <= 0 || path), "path, n_accepted or next is null");
        gto_status status = GTO_OK;
        verify(
            *session,
            {{seq, position, root, {n, tokens, parents, nullptr, nullptr}, sampler, features, path, n_accepted, next}},
            &status);
        if (status != GTO_OK) fail(status, "%s", gto_session_verify_error(session, 0));
    });
}
