// The training case whose gradients golden/eagle3_ttt.txt holds: a tiny random draft, two sequences, four passes,
// policy weights.
#pragma once

#include "support/gaussian.h"
#include "support/tiny_draft.h"

namespace gto_test {

struct golden_case {
    static constexpr int32_t n_passes = 4;

    golden_case() {
        gaussian normal(9);
        policy.resize(text.tokens.size() * n_passes);
        for (float & w : policy) w = normal.integer(3) == 0 ? 0.05f * normal() : 0.0f;
    }
    gto_batch batch() const {
        gto_batch b = text.batch(n_passes, 0);
        b.policy_weight = policy.data();
        b.loss_eta = 3.0f;
        return b;
    }

    tiny_draft tiny{1, 21};
    random_text text{tiny, {23, 14}, 4, 22};
    std::vector<float> policy;
};

} // namespace gto_test
