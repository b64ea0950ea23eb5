// A MUL_MAT node as a custom op, for weights that are packed and for F32, F16 and BF16 matrices as they lie.
#pragma once

#include "cpu/float_rows.h"
#include "cpu/integer_kernel.h"
#include "cpu/thread_barrier.h"

#include "ggml.h"

#include <vector>

namespace gto {

// Rows in 8 bits, of one product at a time.
struct activation_scratch {
    std::vector<int8_t> values;
    std::vector<float> scales;
    std::vector<int32_t> sums;

    void reserve(int64_t rows, int64_t columns);
};

struct product_op {
    const packed_format * format; // of the weights; null: they are floats
    activation_scratch * scratch;
    bool quantized; // the product before has left the very rows in the scratch
    thread_barrier barrier;

    // Whether kernels of ours compute this MUL_MAT.
    static bool takes(const ggml_tensor * node);
    // A ggml_custom_op_t; data is a product_op.
    static void run(ggml_tensor * node, int ith, int nth, void * data);
};

} // namespace gto
