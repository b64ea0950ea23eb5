// Verification of a draft tree in one target pass.
//
// A leaf's path is a sequence of libllama: the first leaf's is the caller's, every other leaf takes an unused id, the highest
// first, and shares the cells of the caller's past. A node belongs to the sequences of the leaves below it, so that it attends
// to its ancestors and to nothing else of the tree.
#include "target/session.h"

#include <algorithm>

using namespace gto;

namespace {

struct tree {
    int32_t n;
    const int32_t * tokens;
    const int32_t * parents;
};

void check(const gto_session & s, const tree & t) {
    if (t.n < 0 || t.n > s.n_batch - 1) fail(GTO_E_ARGUMENT, "n: expected 0..%d nodes (n_batch - 1), found %d", s.n_batch - 1, t.n);
    require(t.n == 0 || (t.tokens && t.parents), "tokens or parents is null");
    std::vector<std::pair<int32_t, int32_t>> edges(t.n);
    for (int32_t i = 0; i < t.n; i++) {
        require_token(*s.target, "tokens", i, t.tokens[i]);
        if (t.parents[i] < -1 || t.parents[i] >= i) fail(GTO_E_ARGUMENT, "parents[%d]: expected -1..%d, found %d", i, i - 1, t.parents[i]);
        edges[i] = {t.parents[i], t.tokens[i]};
    }
    std::sort(edges.begin(), edges.end());
    const auto twin = std::adjacent_find(edges.begin(), edges.end());
    if (twin != edges.end()) fail(GTO_E_ARGUMENT, "node %d has two children with token %d", twin->first, twin->second);
}

std::vector<int32_t> leaves_of(const tree & t) {
    std::vector<bool> has_child(t.n, false);
    for (int32_t i = 0; i < t.n; i++) {
        if (t.parents[i] >= 0) has_child[t.parents[i]] = true;
    }
    std::vector<int32_t> leaves;
    for (int32_t i = 0; i < t.n; i++) {
        if (!has_child[i]) leaves.push_back(i);
    }
    return leaves;
}

// The sequences that the leaves' paths live in while the tree is verified. Gives all of them back, and cuts the caller's
// sequence back to its past unless keep() was called.
class lanes {
  public:
    lanes(gto_session & session, int32_t seq, int32_t position, size_t n_leaves) : session_(session), position_(position), ids_{seq} {
        if ((int64_t) n_leaves > std::max(1, session.n_seq_max - 1)) {
            fail(GTO_E_ARGUMENT, "the tree has %zu leaves, a session of %d sequences takes %d", n_leaves, session.n_seq_max, session.n_seq_max - 1);
        }
        for (int32_t id = session.n_seq_max - 1; id >= 0 && ids_.size() < n_leaves; id--) {
            if (id != seq && session.end_of(id) == 0) ids_.push_back(id);
        }
        if (ids_.size() < n_leaves) fail(GTO_E_CONTEXT, "the tree has %zu leaves, %zu sequences of %d are unused", n_leaves, ids_.size() - 1, session.n_seq_max);
        for (size_t i = 1; i < ids_.size() && position > 0; i++) llama_memory_seq_cp(session.memory(), seq, ids_[i], 0, position);
    }
    ~lanes() {
        session_.remove_from(ids_[0], end_ < 0 ? position_ : end_);
        for (size_t i = 1; i < ids_.size(); i++) session_.remove_from(ids_[i], 0);
    }
    const std::vector<int32_t> & ids() const { return ids_; }

    // The caller's sequence keeps what `lane` holds of positions up to end-1.
    void keep(int32_t lane, int32_t end) {
        if (lane != ids_[0]) {
            session_.remove_from(ids_[0], position_);
            llama_memory_seq_cp(session_.memory(), lane, ids_[0], position_, end);
        }
        end_ = end;
    }

  private:
    gto_session & session_;
    int32_t position_, end_ = -1;
    std::vector<int32_t> ids_;
};

// Rows of a pass over root (row 0) and nodes (row 1 + node).
struct pass {
    pass(const tree & t, int32_t root, int32_t position, const std::vector<int32_t> & leaves, const std::vector<int32_t> & ids)
        : tokens{root}, positions{position}, begins{0}, output(t.n + 1, 1) {
        std::vector<std::vector<int32_t>> of_node(t.n);
        for (size_t i = 0; i < leaves.size(); i++) {
            for (int32_t node = leaves[i]; node >= 0; node = t.parents[node]) of_node[node].push_back(ids[i]);
        }
        add(ids);
        for (int32_t i = 0; i < t.n; i++) {
            tokens.push_back(t.tokens[i]);
            positions.push_back(positions[t.parents[i] + 1] + 1);
            add(of_node[i]);
        }
    }
    void add(const std::vector<int32_t> & of_row) {
        seqs.insert(seqs.end(), of_row.begin(), of_row.end());
        begins.push_back((int32_t) seqs.size());
    }
    rows view() const { return {(int32_t) tokens.size(), tokens.data(), positions.data(), begins.data(), seqs.data(), output.data()}; }
    int32_t first_lane(int32_t row) const { return seqs[begins[row]]; }

    std::vector<int32_t> tokens, positions, begins, seqs;
    std::vector<int8_t> output;
};

struct walk {
    std::vector<int32_t> path;
    int32_t next = -1;
};

walk walk_tree(const gto_session & s, const tree & t, gto_sampler & sampler) {
    walk w;
    for (int32_t node = -1;;) {
        const int32_t token = s.draw(node + 1, sampler);
        int32_t child = node + 1;
        while (child < t.n && (t.parents[child] != node || t.tokens[child] != token)) child++;
        if (child == t.n) {
            w.next = token;
            return w;
        }
        w.path.push_back(child);
        if (llama_vocab_is_eog(s.target->vocab, token)) return w;
        node = child;
    }
}

void capture_path(const gto_session & s, const walk & w, gto_features & features) {
    const size_t held = features.bytes.size();
    try {
        s.capture(0, features);
        for (int32_t node : w.path) s.capture(node + 1, features);
    } catch (...) {
        features.bytes.resize(held);
        throw;
    }
}

} // namespace

gto_status gto_session_verify(gto_session * session, int32_t seq, int32_t position, int32_t root, int32_t n, const int32_t * tokens, const int32_t * parents,
                              gto_sampler * sampler, gto_features * features, int32_t * path, int32_t * n_accepted, int32_t * next) {
    return guard([&] {
        require(session != nullptr, "session is null");
        require(!session->many_texts, "a session of many texts verifies no trees");
        require(sampler != nullptr, "sampler is null");
        require(n_accepted && next && (n <= 0 || path), "path, n_accepted or next is null");
        const gto_target & target = *session->target;
        if (sampler->n_vocab != target.info.n_vocab) fail(GTO_E_ARGUMENT, "sampler: expected a vocabulary of %d, found %d", target.info.n_vocab, sampler->n_vocab);
        session->require_sequence("seq", seq);
        require_token(target, "root", 0, root);
        if (position != session->end_of(seq)) fail(GTO_E_ARGUMENT, "position: expected %d, the end of sequence %d, found %d", session->end_of(seq), seq, position);
        const tree t = {n, tokens, parents};
        check(*session, t);
        if (features) session->require_fit(*features);

        const std::vector<int32_t> leaves = leaves_of(t);
        lanes paths(*session, seq, position, leaves.size());
        const pass p(t, root, position, leaves, paths.ids());
        const int32_t deepest = *std::max_element(p.positions.begin(), p.positions.end());
        if (deepest >= target.max_positions) fail(GTO_E_CONTEXT, "the tree reaches position %d, the model has %d positions", deepest, target.max_positions);
        session->decode(p.view());
        const walk w = walk_tree(*session, t, *sampler);
        if (features) capture_path(*session, w, *features);

        const int32_t last = w.path.empty() ? 0 : w.path.back() + 1;
        paths.keep(p.first_lane(last), p.positions[last] + 1);
        std::copy(w.path.begin(), w.path.end(), path);
        *n_accepted = (int32_t) w.path.size();
        *next = w.next;
    });
}
