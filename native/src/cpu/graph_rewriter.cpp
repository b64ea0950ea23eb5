#include "cpu/graph_rewriter.h"

#include "cpu/packed_buffer.h"

#include <algorithm>
#include <cstring>

namespace gto {

void graph_rewriter::save(ggml_tensor * node) {
    replaced r;
    r.node = node;
    r.op = node->op;
    memcpy(r.params, node->op_params, sizeof r.params);
    replaced_.push_back(r);
}

void graph_rewriter::replace(ggml_tensor * node, ggml_custom_op_t function, void * data) {
    save(node);
    // What ggml_custom_4d writes into a tensor's parameters is known to ggml alone.
    char memory[1024];
    static_assert(sizeof memory > 2 * sizeof(ggml_tensor));
    ggml_context * context = ggml_init({sizeof memory, memory, true});
    const ggml_tensor * custom = ggml_custom_4d(context, GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, function, GGML_N_TASKS_MAX, data);
    node->op = GGML_OP_CUSTOM;
    memcpy(node->op_params, custom->op_params, sizeof node->op_params);
    ggml_free(context);
}

void graph_rewriter::remove(ggml_tensor * node) {
    save(node);
    node->op = GGML_OP_NONE;
}

void graph_rewriter::rewrite(ggml_cgraph * graph) {
    const ggml_tensor * in_scratch = nullptr; // whose rows the scratch holds
    size_t attention_bytes = 0;
    for (int i = 0; i < ggml_graph_n_nodes(graph); i++) {
        ggml_tensor * node = ggml_graph_node(graph, i);
        if (product_op::takes(node)) {
            const packed_format * format = packed(node->src[0]);
            if (format) activations_.reserve(product_op::scratch_bytes(node));
            products_.emplace_back();
            product_op & op = products_.back();
            op.format = format;
            op.scratch = &activations_;
            op.quantized = format && in_scratch == node->src[1];
            if (format) in_scratch = node->src[1];
            replace(node, product_op::run, &op);
        } else if (expert_op::takes(node)) {
            activations_.reserve(expert_op::scratch_bytes(node));
            experts_.emplace_back();
            experts_.back().format = packed(node->src[0]);
            experts_.back().scratch = &activations_;
            in_scratch = nullptr;
            replace(node, expert_op::run, &experts_.back());
        } else if (attention_op::takes(node)) {
            attentions_.emplace_back();
            attention_op & op = attentions_.back();
            op.problem = attention_op::problem_of(node);
            op.scratch = &attention_;
            op.n_threads = n_threads_;
            attention_bytes = std::max(attention_bytes, attention_kernels().front()->scratch_bytes(op.problem, n_threads_));
            for (int s = 1; s <= 2; s++) {
                ggml_tensor * cast = node->src[s];
                if (attention_op::source(cast) != cast && cast->op == GGML_OP_CPY) remove(cast);
            }
            replace(node, attention_op::run, &op);
        }
    }
    if (attention_.size() < attention_bytes) attention_.resize(attention_bytes);
}

void graph_rewriter::restore() {
    for (const replaced & r : replaced_) {
        r.node->op = r.op;
        memcpy(r.node->op_params, r.params, sizeof r.params);
    }
    replaced_.clear();
    products_.clear();
    experts_.clear();
    attentions_.clear();
}

} // namespace gto
