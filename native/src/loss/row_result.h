// What token_loss_row says about one row.
#pragma once

#include <cstdint>

namespace gto {

struct loss_row {
    float token_loss; // 0 if the row's token weight is 0
    float acceptance; // sum_v min(p_v, softmax(z)_v); 0 if the row's token weight is 0
    float log_prob;   // log softmax(z)_label; -inf without a label
    int32_t argmax;   // lowest index of the largest logit
    int32_t rank;     // logits greater than the label's; n without a label
};

} // namespace gto
