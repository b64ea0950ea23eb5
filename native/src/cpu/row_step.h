// Steps of a graph that make the rows of a product: a residual sum, an RMS norm with its weights, SwiGLU. They are
// computed row by row, by the product that reads them or on their own.
#pragma once

#include "ggml.h"

#include <vector>

namespace gto {

struct row_step {
    ggml_tensor * sum = nullptr;    // an ADD
    ggml_tensor * norm = nullptr;   // an RMS_NORM, of the sum if there is one
    ggml_tensor * scaled = nullptr; // a MUL of the norm by a row of weights
    ggml_tensor * gated = nullptr;  // a GLU of the kind SwiGLU

    // The step that begins at node i of a graph and ends before node `end`; empty if none does. At most 3 nodes, one
    // after another.
    static row_step at(ggml_tensor * const * nodes, int i, int end);

    bool empty() const { return !norm && !gated; }
    std::vector<ggml_tensor *> nodes() const;
    // What comes out of it.
    ggml_tensor * result() const { return gated ? gated : scaled ? scaled : norm; }
    void compute(int64_t row) const;

    // A ggml_custom_op_t: all rows of a step on its own; data is a row_step.
    static void run(ggml_tensor * node, int ith, int nth, void * data);
};

} // namespace gto
