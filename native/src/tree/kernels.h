// Kernels over one draft tree, for any group (kernel/group.h). A tree is n nodes; parents[i] < i, -1 for children of
// the root. Lanes share the nodes; each climbs from its node to the root, so no scratch memory is needed. Costs n times
// the depth.
//
// p[i] is the target's probability of node i's token after the tokens of the path to it (arXiv 2509.22134, eq. 3-5).
//   P_j = product of p over j and its ancestors              the target accepts j and all before it
//   L_i = sum of P_j over the nodes j from the root to i     expected accepted length along the path to i
// Rewards, with i over the leaves, j over all nodes:
//   LSE   = (1 / eta) log sum_i exp(eta L_i)
//   MAX   = max_i L_i
//   MEAN  = (sum_i L_i) / leaves
//   EXACT = sum_j P_j                                        expected accepted length in the tree
#pragma once

#include "gto4j/tree.h"
#include "kernel/group.h"

namespace gto {

// L of the path from the root to `node`: p1 + p1 p2 + p1 p2 p3 + ..., from its far end: p1 (1 + p2 (1 + p3 ...)).
GTO_HD double path_gain(const int32_t * parents, const float * p, int32_t node) {
    double gain = 0.0;
    for (int32_t i = node; i >= 0; i = parents[i]) gain = p[i] * (1.0 + gain);
    return gain;
}

// Probability that the target accepts `node` and all its ancestors.
GTO_HD double path_product(const int32_t * parents, const float * p, int32_t node) {
    double product = 1.0;
    for (int32_t i = node; i >= 0; i = parents[i]) product *= p[i];
    return product;
}

GTO_HD bool is_leaf(int32_t n, const int32_t * parents, int32_t node) {
    for (int32_t i = node + 1; i < n; ++i) {
        if (parents[i] == node) return false;
    }
    return true;
}

// (1/eta) log sum over leaves exp(eta L): each lane keeps its largest L and the sum relative to it, so nothing
// overflows.
template <class Group>
GTO_HD double log_sum_exp_reward(Group g, double eta, int32_t n, const int32_t * parents, const float * p) {
    double top = -INFINITY, sum = 0.0;
    for (int32_t i = g.rank(); i < n; i += g.size()) {
        if (!is_leaf(n, parents, i)) continue;
        const double gain = path_gain(parents, p, i);
        if (gain > top) {
            sum = sum * exp(eta * (top - gain)) + 1.0;
            top = gain;
        } else {
            sum += exp(eta * (gain - top));
        }
    }
    const double all = g.max(top);
    return all + log(g.sum(sum * exp(eta * (top - all)))) / eta;
}

template <class Group> GTO_HD double max_reward(Group g, int32_t n, const int32_t * parents, const float * p) {
    double top = 0.0; // an inner node's L never exceeds that of a leaf below it
    for (int32_t i = g.rank(); i < n; i += g.size()) {
        const double gain = path_gain(parents, p, i);
        top = gain > top ? gain : top;
    }
    return g.max(top);
}

template <class Group> GTO_HD double mean_reward(Group g, int32_t n, const int32_t * parents, const float * p) {
    double sum = 0.0;
    int32_t leaves = 0;
    for (int32_t i = g.rank(); i < n; i += g.size()) {
        if (!is_leaf(n, parents, i)) continue;
        sum += path_gain(parents, p, i);
        ++leaves;
    }
    const double total = g.sum(sum);
    return total / g.sum(leaves);
}

template <class Group> GTO_HD double exact_reward(Group g, int32_t n, const int32_t * parents, const float * p) {
    double sum = 0.0;
    for (int32_t i = g.rank(); i < n; i += g.size()) sum += path_product(parents, p, i);
    return g.sum(sum);
}

// kind: GTO_REWARD_*; an empty tree has reward 0. Every lane returns the reward.
template <class Group>
GTO_HD double tree_reward(Group g, int32_t kind, double eta, int32_t n, const int32_t * parents, const float * p) {
    if (n == 0) return 0.0;
    switch (kind) {
        case GTO_REWARD_LSE: return log_sum_exp_reward(g, eta, n, parents, p);
        case GTO_REWARD_MAX: return max_reward(g, n, parents, p);
        case GTO_REWARD_MEAN: return mean_reward(g, n, parents, p);
        default: return exact_reward(g, n, parents, p);
    }
}

struct walk {
    int32_t accepted; // nodes accepted
    int32_t last;     // the last of them, -1 if none
};

// drawn[0] is the target's own token after the root, drawn[1 + i] that after node i. While the drawn token is a child
// of where the walk stands (the first one, should siblings hold the same token), it goes on. Every lane returns the
// walk.
template <class Group>
GTO_HD walk tree_walk(Group g, int32_t n, const int32_t * parents, const int32_t * tokens, const int32_t * drawn) {
    walk w = {0, -1};
    for (;;) {
        const int32_t here = w.last, token = drawn[1 + here];
        const int32_t child =
            first(g, here + 1, n, [=](int32_t i) { return parents[i] == here && tokens[i] == token; });
        if (child == n) return w;
        w = {w.accepted + 1, child};
    }
}

} // namespace gto
