// Puts custom ops of ours into a ggml graph for one computation, in the places of the nodes that kernels of ours compute, and takes them out again.
#pragma once

#include "cpu/attention_op.h"
#include "cpu/expert_op.h"
#include "cpu/product_op.h"
#include "cpu/thread_barrier.h"

#include "ggml.h"

#include <deque>
#include <vector>

namespace gto {

class graph_rewriter {
  public:
    explicit graph_rewriter(int n_threads) : n_threads_(n_threads) {}

    // Until restore() the graph's nodes refer to this object.
    void rewrite(ggml_cgraph * graph);
    void restore();

  private:
    struct replaced {
        ggml_tensor * node;
        ggml_op op;
        int32_t params[GGML_MAX_OP_PARAMS / sizeof(int32_t)];
    };
    void replace(ggml_tensor * node, ggml_custom_op_t function, void * data);
    void remove(ggml_tensor * node);
    void save(ggml_tensor * node);

    const int n_threads_;
    std::vector<replaced> replaced_;
    std::deque<product_op> products_;
    std::deque<expert_op> experts_;
    std::deque<attention_op> attentions_;
    activation_scratch activations_;
    attention_scratch attention_;
};

} // namespace gto
