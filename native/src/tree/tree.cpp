#include "gto4j/tree.h"

#include "common/range.h"
#include "kernel/host_rows.h"
#include "tree/batch.h"

using namespace gto;

namespace {

// Begins from 0 and not falling, parents before children.
void check_trees(int32_t n_trees, const int32_t * begin, const int32_t * parents) {
    if (!begin) fail(GTO_E_ARGUMENT, "tree_begin is null");
    if (begin[0] != 0) fail(GTO_E_ARGUMENT, "tree_begin[0]: expected 0, found %d", begin[0]);
    for (int32_t tree = 0; tree < n_trees; ++tree) {
        if (begin[tree + 1] < begin[tree]) {
            fail(GTO_E_ARGUMENT, "tree %d: tree_begin[%d]: expected at least %d, found %d", tree, tree + 1, begin[tree],
                 begin[tree + 1]);
        }
    }
    if (begin[n_trees] > 0 && !parents) fail(GTO_E_ARGUMENT, "parents is null");
    for (int32_t tree = 0; tree < n_trees; ++tree) {
        const int32_t * parent = parents + begin[tree];
        for (int32_t i = 0, n = begin[tree + 1] - begin[tree]; i < n; ++i) {
            if (parent[i] < -1 || parent[i] >= i) {
                fail(GTO_E_ARGUMENT, "tree %d, node %d: parent: expected -1..%d, found %d", tree, i, i - 1, parent[i]);
            }
        }
    }
}

void check_probabilities(int32_t n_trees, const int32_t * begin, const float * probabilities) {
    if (begin[n_trees] > 0 && !probabilities) fail(GTO_E_ARGUMENT, "probabilities is null");
    for (int32_t tree = 0; tree < n_trees; ++tree) {
        for (int32_t i = begin[tree]; i < begin[tree + 1]; ++i) {
            const float p = probabilities[i];
            if (!(p >= 0.0f && p <= 1.0f)) {
                fail(GTO_E_ARGUMENT, "tree %d, node %d: probability: expected 0..1, found %g", tree, i - begin[tree],
                     p);
            }
        }
    }
}

} // namespace

gto_status gto_tree_rewards(gto_device * device, int32_t kind, float eta, int32_t n_trees, const int32_t * tree_begin,
                            const int32_t * parents, const float * probabilities, float * rewards) {
    return guard([&] {
        require_within("kind", kind, GTO_REWARD_LSE, GTO_REWARD_EXACT);
        if (kind == GTO_REWARD_LSE && !(eta > 0.0f && std::isfinite(eta))) {
            fail(GTO_E_ARGUMENT, "eta: expected a finite number above 0, found %g", eta);
        }
        require_at_least("n_trees", n_trees, 0);
        if (n_trees == 0) return;
        check_trees(n_trees, tree_begin, parents);
        check_probabilities(n_trees, tree_begin, probabilities);
        require(rewards != nullptr, "rewards is null");
        run_host_rows(device, n_trees, [=](auto && memory) {
            const size_t nodes = (size_t) tree_begin[n_trees];
            return reward_batch{kind,
                                eta,
                                memory.here(tree_begin, (size_t) n_trees + 1),
                                memory.here(parents, nodes),
                                memory.here(probabilities, nodes),
                                memory.back(rewards, (size_t) n_trees)};
        });
    });
}

gto_status gto_tree_walks(gto_device * device, int32_t n_trees, const int32_t * tree_begin, const int32_t * parents,
                          const int32_t * tokens, const int32_t * drawn, int32_t * accepted_length,
                          int32_t * last_node) {
    return guard([&] {
        require_at_least("n_trees", n_trees, 0);
        if (n_trees == 0) return;
        check_trees(n_trees, tree_begin, parents);
        if (tree_begin[n_trees] > 0) require(tokens != nullptr, "tokens is null");
        require(drawn && accepted_length && last_node, "drawn, accepted_length or last_node is null");
        run_host_rows(device, n_trees, [=](auto && memory) {
            const size_t nodes = (size_t) tree_begin[n_trees], trees = (size_t) n_trees;
            return walk_batch{memory.here(tree_begin, trees + 1),  memory.here(parents, nodes),
                              memory.here(tokens, nodes),          memory.here(drawn, nodes + trees),
                              memory.back(accepted_length, trees), memory.back(last_node, trees)};
        });
    });
}
