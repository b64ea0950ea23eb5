#include "cpu/graph_plan.h"

#include "cpu/packed_buffer.h"

#include "ggml-impl.h"

#include <algorithm>
#include <cstring>

namespace gto {

namespace {

bool computes(const ggml_tensor * node) {
    switch (node->op) {
        case GGML_OP_NONE:
        case GGML_OP_RESHAPE:
        case GGML_OP_VIEW:
        case GGML_OP_PERMUTE:
        case GGML_OP_TRANSPOSE: return false;
        default: return true;
    }
}

bool overlap(const ggml_tensor * a, const ggml_tensor * b) {
    const char *first = (const char *) a->data, *second = (const char *) b->data;
    return first < second + ggml_nbytes(b) && second < first + ggml_nbytes(a);
}

// A row of one may be written when only the same row of the other has been read.
bool same_rows(const ggml_tensor * a, const ggml_tensor * b) {
    return a->data == b->data && a->ne[0] == b->ne[0] && a->nb[1] == b->nb[1] && a->nb[2] == b->nb[2] &&
           a->nb[3] == b->nb[3];
}

// Row by row a step writes its last tensors before it has read the last rows of its first ones.
bool rows_are_apart(const row_step & step) {
    const std::vector<ggml_tensor *> nodes = step.nodes();
    for (const ggml_tensor * reader : nodes) {
        for (const ggml_tensor * writer : nodes) {
            for (int s = 0; s < 2; s++) {
                const ggml_tensor * source = reader->src[s];
                if (source && ggml_nrows(source) > 1 && overlap(source, writer) && !same_rows(source, writer)) {
                    return false;
                }
            }
        }
    }
    return true;
}

} // namespace

graph_plan::graph_plan(ggml_cgraph * graph, plan_scratch & scratch, int n_threads)
    : scratch_(scratch), n_threads_(n_threads) {
    for (int i = 0; i < ggml_graph_n_nodes(graph); i++) {
        ggml_tensor * node = ggml_graph_node(graph, i);
        for (const ggml_tensor * source : node->src) {
            if (source) uses_[source]++;
        }
        if (computes(node)) nodes_.push_back(node);
    }
    for (size_t i = 0; i < nodes_.size();) {
        const size_t begin = i;
        for (const auto plan :
             {&graph_plan::plan_step_and_products, &graph_plan::plan_experts, &graph_plan::plan_attention}) {
            if (i == begin) i = (this->*plan)(i);
        }
        if (i == begin) i++;
    }
    uses_.clear();
    nodes_.clear();
}

// Whether node i is a product that may compute the step before it.
bool graph_plan::continues(const row_step & step, size_t i) const {
    return i < nodes_.size() && product_op::takes(nodes_[i]) &&
           (step.empty() || (nodes_[i]->src[1] == step.result() && rows_are_apart(step)));
}

size_t graph_plan::plan_step_and_products(size_t i) {
    row_step step = row_step::at(nodes_.data(), (int) i, (int) nodes_.size());
    // nobody else reads a norm without its weights: it isn't written
    if (step.scaled && (uses_[step.norm] != 1 || (step.norm->flags & GGML_TENSOR_FLAG_OUTPUT))) step.scaled = nullptr;
    if (!step.empty() && !rows_are_apart(step)) { // each on its own
        if (step.sum) return i;
        step.scaled = nullptr;
    }
    size_t end = i + step.nodes().size();
    if (!continues(step, end)) {
        if (step.empty()) return i;
        steps_.push_back(step);
        for (ggml_tensor * node : step.nodes()) {
            if (node != step.result()) remove(node);
        }
        replace(step.result(), row_step::run, &steps_.back());
        return end;
    }
    products_.emplace_back();
    product_op & op = products_.back();
    op.step = step;
    op.scratch = &scratch_.activations;
    const ggml_tensor * rows = nodes_[end]->src[1];
    const size_t first = end;
    // the last matrix of a batch has its own rows: only plain matrices go together
    const auto plain = [](const ggml_tensor * node) { return node->ne[2] == 1 && node->ne[3] == 1; };
    do {
        op.members.push_back({nodes_[end], packed(nodes_[end]->src[0])});
        end++;
    } while (end < nodes_.size() && product_op::takes(nodes_[end]) && nodes_[end]->src[1] == rows &&
             plain(nodes_[first]) && plain(nodes_[end]));
    op.quantizes = std::any_of(op.members.begin(), op.members.end(), [](const auto & m) { return m.format; });
    op.quantized = op.quantizes && in_scratch_ == rows;
    if (op.quantizes) {
        scratch_.activations.reserve(product_op::scratch_bytes(nodes_[first]));
        in_scratch_ = rows;
    }
    for (ggml_tensor * node : step.nodes()) remove(node);
    replace(nodes_[first], product_op::run, &op);
    for (size_t m = first + 1; m < end; m++) remove(nodes_[m]);
    return end;
}

size_t graph_plan::plan_experts(size_t i) {
    if (!expert_op::takes(nodes_[i])) return i;
    experts_.emplace_back();
    experts_.back().format = packed(nodes_[i]->src[0]);
    experts_.back().scratch = &scratch_.activations;
    scratch_.activations.reserve(expert_op::scratch_bytes(nodes_[i]));
    in_scratch_ = nullptr;
    replace(nodes_[i], expert_op::run, &experts_.back());
    return i + 1;
}

size_t graph_plan::plan_attention(size_t i) {
    ggml_tensor * node = nodes_[i];
    if (!attention_op::takes(node)) return i;
    attentions_.emplace_back();
    attention_op & op = attentions_.back();
    op.problem = attention_op::problem_of(node);
    op.scratch = &scratch_.attention;
    const size_t bytes = attention_op::scratch_bytes(op.problem, n_threads_);
    if (scratch_.attention.size() < bytes) scratch_.attention.resize(bytes);
    for (int s = 1; s <= 2; s++) {
        // a cast that nobody reads any more
        if (attention_op::source(node->src[s]) != node->src[s]) remove(node->src[s]);
    }
    replace(node, attention_op::run, &op);
    return i + 1;
}

void graph_plan::replace(ggml_tensor * node, ggml_custom_op_t function, void * data) {
    const ggml_custom_op_params custom = {function, GGML_N_TASKS_MAX, data};
    remove(node);
    replacement & r = replacements_.back();
    static_assert(sizeof custom <= sizeof r.params);
    r.op = GGML_OP_CUSTOM;
    memcpy(r.params, &custom, sizeof custom);
}

void graph_plan::remove(ggml_tensor * node) {
    replacement r = {node, GGML_OP_NONE, node->op, {}, {}};
    memcpy(r.params_before, node->op_params, sizeof r.params_before);
    replacements_.push_back(r);
}

void graph_plan::apply() {
    for (const replacement & r : replacements_) {
        r.node->op = r.op;
        memcpy(r.node->op_params, r.params, sizeof r.params);
    }
}

void graph_plan::restore() {
    for (const replacement & r : replacements_) {
        r.node->op = r.op_before;
        memcpy(r.node->op_params, r.params_before, sizeof r.params_before);
    }
}

void graph_plan::reorder(ggml_cgraph * graph) {
    ggml_tensor ** nodes = ggml_graph_nodes(graph);
    const int n = ggml_graph_n_nodes(graph);
    // a layer's products lie within a few nodes of each other
    constexpr int reach = 24;
    for (int i = 0; i < n; i++) {
        if (nodes[i]->op != GGML_OP_MUL_MAT) continue;
        for (int j = i + 1, end = std::min(n, i + reach); j < end; j++) {
            const bool same_rows = nodes[j]->op == GGML_OP_MUL_MAT && nodes[j]->src[1] == nodes[i]->src[1];
            // weights are no nodes: nothing between has to be computed before
            if (!same_rows || nodes[j]->src[0]->op != GGML_OP_NONE) continue;
            std::rotate(nodes + i + 1, nodes + j, nodes + j + 1);
            i++;
        }
    }
}

} // namespace gto
