// Trees as chains. A row of a tree is its root or a node that has children; what is asked of it are its children.
// Passes of the training-time test are rows of one depth, and no two rows of a pass may see the same row of an earlier
// one (attention.h). So each deepest row is the end of a chain of its own, from the root's children on; a row in
// several chains is asked for its children in the first of them. The gradient of the others' copies is that of what is
// below.
#include "common/range.h"
#include "draft/plan_rows.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

// A tree's nodes; -1 is its root.
struct tree_nodes {
    tree_nodes(const int32_t * parents, int32_t n) : parents(parents), n(n), children(n + 1) {
        for (int32_t node = 0; node < n; node++) children[parents[node] + 1].push_back(node);
    }

    const std::vector<int32_t> & below(int32_t node) const { return children[node + 1]; }
    bool is_row(int32_t node) const { return !below(node).empty(); }
    bool ends_chain(int32_t node) const {
        return is_row(node) &&
               std::none_of(below(node).begin(), below(node).end(), [&](int32_t c) { return is_row(c); });
    }
    // The rows of the chain that ends at a node, the root first.
    std::vector<int32_t> chain(int32_t node) const {
        std::vector<int32_t> rows;
        for (; node >= 0; node = parents[node]) rows.push_back(node);
        rows.push_back(-1);
        std::reverse(rows.begin(), rows.end());
        return rows;
    }

    const int32_t * parents;
    const int32_t n;
    std::vector<std::vector<int32_t>> children; // of the root, then of each node
};

// Trees as the C API takes them.
struct forest {
    int32_t n_trees;
    const int32_t *row, *begin, *parents, *tokens;
    const float * weight;

    int32_t nodes(int32_t tree) const { return begin[tree + 1] - begin[tree]; }

    // Begins from 0 and not falling, rows ascending, parents before children. Returns the deepest node's depth, at
    // least 1.
    int32_t check(int64_t trunk) const {
        if (begin[0] != 0) fail(GTO_E_ARGUMENT, "tree_begin[0]: expected 0, found %d", begin[0]);
        for (int32_t t = 0; t < n_trees; t++) {
            if (row[t] < 0 || row[t] >= trunk || (t > 0 && row[t] <= row[t - 1])) {
                fail(GTO_E_ARGUMENT, "tree %d: row %d: expected ascending trunk rows in 0..%lld", t, row[t],
                     (long long) trunk - 1);
            }
            if (begin[t + 1] < begin[t]) {
                fail(GTO_E_ARGUMENT, "tree %d: tree_begin[%d]: expected at least %d, found %d", t, t + 1, begin[t],
                     begin[t + 1]);
            }
        }
        int32_t deepest = 1;
        for (int32_t t = 0; t < n_trees; t++) deepest = std::max(deepest, check_parents(t));
        return deepest;
    }

    int32_t check_parents(int32_t tree) const {
        const int32_t * parent = parents + begin[tree];
        std::vector<int32_t> depth;
        int32_t deepest = 0;
        for (int32_t i = 0; i < nodes(tree); i++) {
            if (parent[i] < -1 || parent[i] >= i) {
                fail(GTO_E_ARGUMENT, "tree %d, node %d: parent: expected -1..%d, found %d", tree, i, i - 1, parent[i]);
            }
            depth.push_back(parent[i] < 0 ? 1 : depth[parent[i]] + 1);
            deepest = std::max(deepest, depth.back());
            if (deepest > GTO_MAX_PASSES) {
                fail(GTO_E_ARGUMENT, "tree %d, node %d: expected a depth of at most %d, found %d", tree, i,
                     GTO_MAX_PASSES, deepest);
            }
        }
        return deepest;
    }
};

void add_labels(ttt_plan & plan, const logit_columns & columns, const forest & of, int32_t tree,
                const std::vector<int32_t> & children) {
    for (int32_t child : children) {
        const int32_t node = of.begin[tree] + child, column = columns.of(of.tokens[node], of.row[tree]);
        if (column >= 0) plan.labels.push_back({column, node, of.weight[node]});
    }
}

void add_tree(ttt_plan & plan, const logit_columns & columns, const forest & of, int32_t tree) {
    const tree_nodes nodes(of.parents + of.begin[tree], of.nodes(tree));
    const int32_t * tokens = of.tokens + of.begin[tree];
    std::vector<bool> asked(nodes.n + 1);
    for (int32_t node = -1; node < nodes.n; node++) {
        if (!nodes.ends_chain(node)) continue;
        require_countable(plan.trunk() + plan.roots() + 1, plan.n_passes);
        const std::vector<int32_t> rows = nodes.chain(node);
        add_root(plan, of.row[tree]);
        for (int32_t step = 0; step < plan.n_passes; step++) {
            if (step < (int32_t) rows.size()) {
                const int32_t row = rows[step];
                const int32_t next = step + 1 < (int32_t) rows.size() ? rows[step + 1] : nodes.below(row)[0];
                plan.predicted[plan.at(plan.roots() - 1, step)] = tokens[next];
                if (!asked[row + 1]) add_labels(plan, columns, of, tree, nodes.below(row));
                asked[row + 1] = true;
            }
            plan.label_begin.push_back((int64_t) plan.labels.size());
        }
    }
}

} // namespace

ttt_plan plan_trees(const gto_draft & draft, const gto_features & features, int32_t length, const int32_t * tokens,
                    int32_t n_trees, const int32_t * tree_row, const int32_t * tree_begin, const int32_t * parents,
                    const int32_t * node_tokens, const float * node_weight) {
    require(tokens && tree_row && tree_begin && parents && node_tokens && node_weight,
            "tokens and trees must not be null");
    ttt_plan plan;
    logit_columns columns(draft, plan);
    require_within("n_trees", n_trees, 0, std::max(features.rows(), 0));
    add_trunk(plan, columns, draft, &features, length, tokens);
    const forest trees = {n_trees, tree_row, tree_begin, parents, node_tokens, node_weight};
    plan.n_passes = trees.check(plan.trunk());
    require_countable(plan.trunk() + 1, plan.n_passes);
    const int32_t nodes = tree_begin[n_trees];
    check_tokens(draft, node_tokens, nodes, "node token");
    for (int32_t i = 0; i < nodes; i++) {
        if (!std::isfinite(node_weight[i])) fail(GTO_E_NUMERIC, "weight of node %d is not finite", i);
    }
    plan.label_begin.push_back(0);
    for (int32_t t = 0; t < n_trees; t++) add_tree(plan, columns, trees, t);
    return plan;
}

} // namespace gto
