// Which nodes of a ggml graph kernels of ours compute, and the custom ops that stand for them.
#pragma once

#include "cpu/attention_op.h"
#include "cpu/expert_op.h"
#include "cpu/product_op.h"
#include "cpu/row_step.h"

#include "ggml.h"

#include <deque>
#include <unordered_map>
#include <vector>

namespace gto {

// Memory that custom ops share; one graph at a time.
struct plan_scratch {
    activation_scratch activations;
    attention_scratch attention;
};

class graph_plan {
  public:
    // The graph's tensors have their places in memory, and keep them as long as the plan is used.
    graph_plan(ggml_cgraph * graph, plan_scratch & scratch, int n_threads);
    graph_plan(const graph_plan &) = delete;
    graph_plan & operator=(const graph_plan &) = delete;

    // Puts the custom ops into the graph, and takes them out again.
    void apply();
    void restore();

    // Moves products of the same rows together, before the graph's tensors get their places.
    static void reorder(ggml_cgraph * graph);

  private:
    struct replacement {
        ggml_tensor * node;
        ggml_op op, op_before;
        int32_t params[GGML_MAX_OP_PARAMS / sizeof(int32_t)], params_before[GGML_MAX_OP_PARAMS / sizeof(int32_t)];
    };
    // Each plans what begins at node i, and returns the node behind it; i itself if nothing does.
    size_t plan_step_and_products(size_t i);
    size_t plan_experts(size_t i);
    size_t plan_attention(size_t i);
    bool continues(const row_step & step, size_t i) const;
    void replace(ggml_tensor * node, ggml_custom_op_t function, void * data);
    void remove(ggml_tensor * node);

    plan_scratch & scratch_;
    const int n_threads_;
    std::vector<ggml_tensor *> nodes_; // that compute something
    std::unordered_map<const ggml_tensor *, int> uses_;
    const ggml_tensor * in_scratch_ = nullptr; // whose rows the scratch holds
    std::vector<replacement> replacements_;
    std::deque<product_op> products_;
    std::deque<row_step> steps_;
    std::deque<expert_op> experts_;
    std::deque<attention_op> attentions_;
};

} // namespace gto
