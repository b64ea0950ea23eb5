// Tree kernels over many trees, for kernel/launch.h and kernel/launch.cuh: a "row" is a tree. All pointers are memory
// of the device that runs them; begin holds one entry more than there are trees, begin[0] = 0. See gto4j/tree.h.
#pragma once

#include "tree/kernels.h"

namespace gto {

struct reward_batch {
    static constexpr int32_t lanes = 64; // a tree has about 60 nodes

    int32_t kind;
    float eta;
    const int32_t * begin;
    const int32_t * parents;
    const float * probabilities;
    float * rewards;

    template <class Group> GTO_HD void operator()(Group g, int32_t tree) const {
        const int32_t node = begin[tree];
        const double reward = tree_reward(g, kind, eta, begin[tree + 1] - node, parents + node, probabilities + node);
        if (g.rank() == 0) rewards[tree] = (float) reward;
    }
};

struct walk_batch {
    static constexpr int32_t lanes = 64; // a tree has about 60 nodes

    const int32_t * begin;
    const int32_t * parents;
    const int32_t * tokens;
    const int32_t * drawn; // 1 + nodes a tree
    int32_t * accepted;
    int32_t * last;

    template <class Group> GTO_HD void operator()(Group g, int32_t tree) const {
        const int32_t node = begin[tree];
        const walk w = tree_walk(g, begin[tree + 1] - node, parents + node, tokens + node, drawn + node + tree);
        if (g.rank() != 0) return;
        accepted[tree] = w.accepted;
        last[tree] = w.last;
    }
};

} // namespace gto
