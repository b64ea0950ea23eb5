// All row kernels, in one list: each has an id, which is its place, and every device that runs kernels has a form of
// each. The host runs them as they are (kernel/launch.h), CUDA by kernel/launch.cuh; whoever adds a kernel adds it
// here.
#pragma once

#include "device/rounded_rows.h"
#include "draft/attention_kernels.h"
#include "draft/backward_kernels.h"
#include "draft/child_rows.h"
#include "draft/forward_kernels.h"
#include "draft/loss_kernels.h"
#include "draft/optimizer_kernels.h"
#include "loss/batch.h"
#include "target/logit_kernels.h"
#include "tree/batch.h"

#include <cstddef>
#include <type_traits>

namespace gto {

template <class... Kernels> struct kernel_types {
    static constexpr int32_t count = (int32_t) sizeof...(Kernels);

    template <class Kernel> static constexpr int32_t id() {
        constexpr bool same[] = {std::is_same_v<Kernel, Kernels>...};
        for (int32_t i = 0; i < count; i++) {
            if (same[i]) return i;
        }
        return -1;
    }
};

using kernel_list = kernel_types<
    // loss and tree, over a caller's arrays
    loss_batch, reward_batch, walk_batch,
    // products
    rounded_rows,
    // the draft, forward
    copied_rows, scaled_rows, input_rows, biased_rows, rotated_rows, residual_rows, normed_rows, swiglu_rows,
    offered_rows, child_rows,
    // attention by products
    gathered_heads, attention_softmax_rows, attention_output_rows, attention_score_gradient_rows,
    attention_pool_gradient_rows,
    // training
    distribution_rows, token_loss_rows, weighted_label_rows, norm_backward_rows, norm_inverse_rows,
    norm_gradient_columns, added_rows, bias_gradient_columns, swiglu_backward_rows, adamw_pieces, square_sum_pieces,
    // the target's logits
    greatest_rows, probability_rows>;

} // namespace gto
