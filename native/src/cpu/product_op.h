// MUL_MAT nodes as a custom op, for weights that are packed and for F32, F16 and BF16 matrices as they lie.
#pragma once

#include "cpu/float_rows.h"
#include "cpu/integer_kernel.h"
#include "cpu/row_step.h"
#include "cpu/thread_barrier.h"

#include "ggml.h"

#include <cstdlib>
#include <memory>
#include <vector>

namespace gto {

// Rows of activations as the integer kernel keeps them, of one product at a time; aligned to 64 bytes.
class activation_scratch {
  public:
    void reserve(size_t bytes);
    void * data() { return data_.get(); }

  private:
    struct release {
        void operator()(void * memory) const { free(memory); }
    };
    std::unique_ptr<void, release> data_;
    size_t bytes_ = 0;
};

// The integer kernel that all products use.
const integer_kernel & integers();

// Products of the same rows, which come first where a step makes them.
struct product_op {
    struct member {
        ggml_tensor * node;
        const packed_format * format; // of the weights; null: they are floats
    };

    row_step step; // whose result the products read; may be empty
    std::vector<member> members;
    activation_scratch * scratch;
    bool quantized; // a product before has left the very rows in the scratch
    bool quantizes; // some member reads them there
    thread_barrier barrier;

    // What a product with packed weights needs of the scratch.
    static size_t scratch_bytes(const ggml_tensor * node);
    // Whether kernels of ours compute this MUL_MAT.
    static bool takes(const ggml_tensor * node);
    // A ggml_custom_op_t; data is a product_op.
    static void run(ggml_tensor * node, int ith, int nth, void * data);
};

} // namespace gto
