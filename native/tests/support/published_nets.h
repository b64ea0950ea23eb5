// The nets that published drafts have, beside the plain one: parts, widths, embeddings of their own, scaled positions.
#pragma once

#include "gto4j/draft.h"
#include "gto4j/features.h"

#include <ostream>
#include <string>
#include <vector>

namespace gto_test {

struct published_net {
    std::string name;
    int32_t parts = 0;
    int32_t embd = 0; // 0: the target's
    int32_t heads = 4, kv_heads = 2, head_dim = 8, ff = 64;
    int32_t embedding_type = -1;
    gto_rope_scaling rope = {};
};

inline std::ostream & operator<<(std::ostream & out, const published_net & net) { return out << net.name; }

// Contexts are short, so that positions of a short text are scaled, too.
inline std::vector<published_net> published_nets() {
    const gto_rope_scaling linear = {GTO_ROPE_LINEAR, 4.0f, 0, 0, 0, 0, 0, 0},
                           yarn = {GTO_ROPE_YARN, 8.0f, 0.9f, 4.0f, 1.0f, 0, 0, 16},
                           llama3 = {GTO_ROPE_LLAMA3, 8.0f, 0, 0, 0, 1.0f, 4.0f, 64};
    return {
        {"norm_before_residual", GTO_NET_NORM_BEFORE_RESIDUAL},
        {"norm_before_fc", GTO_NET_NORM_BEFORE_FC},
        {"biases", GTO_NET_FC_BIAS | GTO_NET_QKV_BIAS | GTO_NET_OUTPUT_BIAS},
        {"own_embedding", 0, 0, 4, 2, 8, 64, GTO_TYPE_F16},
        {"wider", 0, 48, 3, 1, 16, 40, GTO_TYPE_F32},
        {"narrower", 0, 20, 4, 4, 6, 33, GTO_TYPE_BF16},
        {"linear", 0, 0, 4, 2, 8, 64, -1, linear},
        {"yarn", 0, 0, 4, 2, 8, 64, -1, yarn},
        {"llama3", 0, 0, 4, 2, 8, 64, -1, llama3},
        {"everything", GTO_NET_ALL_PARTS, 40, 4, 2, 12, 50, GTO_TYPE_F32, yarn},
    };
}

} // namespace gto_test
