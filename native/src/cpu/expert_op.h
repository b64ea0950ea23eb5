// A MUL_MAT_ID node, the products of a mixture of experts, as a custom op for weights that are packed.
#pragma once

#include "cpu/product_op.h"

namespace gto {

struct expert_op {
    const packed_format * format;
    activation_scratch * scratch;
    thread_barrier barrier;

    static size_t scratch_bytes(const ggml_tensor * node);
    // Whether kernels of ours compute this MUL_MAT_ID.
    static bool takes(const ggml_tensor * node);
    // A ggml_custom_op_t; data is an expert_op.
    static void run(ggml_tensor * node, int ith, int nth, void * data);
};

} // namespace gto
