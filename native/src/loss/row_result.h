// What soft_cross_entropy_row says about one row.
#pragma once

#include <cstdint>

namespace gto {

struct loss_row {
    float   token_loss; // - sum_v p_v log softmax(z)_v, nats; 0 if the row's token weight is 0
    float   log_prob;   // log softmax(z)_label; -inf without a label
    int32_t argmax;     // lowest index of the largest logit
    int32_t rank;       // logits greater than the label's; n without a label
};

} // namespace gto
