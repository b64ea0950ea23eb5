#include "target/probe.h"

#include "common/last_net.h"
#include "target/context.h"
#include "target/head_check.h"
#include "target/session_memory.h"
#include "target/weights.h"

#include "llama-ext.h"

#include <algorithm>
#include <cstring>

namespace gto {

static constexpr int64_t n_rows = 2, n_outputs = 1;

static bool holds(const ggml_tensor * t, int64_t width, int64_t rows) {
    return t && t->type == GGML_TYPE_F32 && t->ne[0] == width && t->ne[1] == rows && t->ne[2] == 1 && t->ne[3] == 1 &&
           ggml_is_contiguous(t);
}

// ggml names what the model left unnamed "node_7" or "leaf_3": such a number means nothing in another graph.
static bool lasting_name(const ggml_tensor * t) {
    return t->name[0] != 0 && strncmp(t->name, "node_", 5) != 0 && strncmp(t->name, "leaf_", 5) != 0;
}

[[noreturn]] static void fail_to_build(const gto_target & target, const std::string & reported) {
    const std::string heads = unfitting_heads(target.path);
    fail(GTO_E_FORMAT, "%s: libllama can't build its graph: %s", target.path.c_str(),
         heads.empty() ? reported.c_str() : heads.c_str());
}

// Where a part of the graph computes on another device, the scheduler gives it copies: "device#name#0".
static const ggml_tensor * original(ggml_cgraph * graph, const ggml_tensor * t) {
    if (!t) return nullptr;
    const std::string name = t->name;
    const size_t first = name.find('#'), last = name.rfind('#');
    if (first == last) return t;
    const ggml_tensor * copied = ggml_graph_get_tensor(graph, name.substr(first + 1, last - first - 1).c_str());
    return copied ? copied : t;
}

// The input of block 0 is what its first norm reads.
static std::string first_block_input(ggml_cgraph * graph, int64_t n_embd) {
    const ggml_tensor * norm = ggml_graph_get_tensor(graph, "norm-0");
    const ggml_tensor * input = original(graph, norm ? norm->src[0] : nullptr);
    return holds(input, n_embd, n_rows) && lasting_name(input) ? input->name : "";
}

// Reads the head's input and what follows its product. Logits made in another way (a bias) leave the hidden state
// unnamed: without the way from it to the logits it teaches nothing.
static void read_head(ggml_cgraph * graph, int64_t n_embd, tap_names & names) {
    const ggml_tensor * t = ggml_graph_get_tensor(graph, "result_output");
    std::vector<logit_step> steps;
    for (; t && t->op != GGML_OP_MUL_MAT; t = t->src[0]) {
        if (t->op == GGML_OP_SCALE) {
            float factors[2]; // s, b
            memcpy(factors, t->op_params, sizeof factors);
            steps.insert(steps.begin(), {false, factors[0], factors[1]});
        } else if (t->op == GGML_OP_UNARY && ggml_get_unary_op(t) == GGML_UNARY_OP_TANH) {
            steps.insert(steps.begin(), {true, 1.0f, 0.0f});
        } else {
            return;
        }
    }
    const ggml_tensor * input = original(graph, t ? t->src[1] : nullptr);
    if (!holds(input, n_embd, n_outputs) || !lasting_name(input)) return;
    names.hidden = input->name;
    names.hidden_kept = input->flags & GGML_TENSOR_FLAG_OUTPUT;
    names.logit_steps = std::move(steps);
}

// Architectures whose graphs hand their block inputs out (res->t_layer_inp in llama.cpp's src/models). libllama has no
// question for it, and asking another one for them ends in an assertion.
static bool hands_out_layer_inputs(const std::string & architecture) {
    for (const char * name :
         {"llama", "qwen3", "qwen3moe", "gpt-oss", "gemma4", "hunyuan_vl", "minimax-m2", "muse-glimmer"}) {
        if (architecture == name) return true;
    }
    return false;
}

// Whether what libllama keeps for its layer inputs are the tensors that the graph names so.
static bool keeps(ggml_cgraph * graph, const std::vector<std::string> & block_inputs) {
    return std::all_of(block_inputs.begin(), block_inputs.end(), [&](const std::string & name) {
        const ggml_tensor * input = name.empty() ? nullptr : ggml_graph_get_tensor(graph, name.c_str());
        return input && (input->flags & GGML_TENSOR_FLAG_OUTPUT);
    });
}

tap_names probe_taps(gto_target & target) {
    llama_context_params params = context_params(target);
    params.n_ctx = 256;
    params.n_batch = params.n_ubatch = n_rows;
    params.n_seq_max = 1;
    params.n_outputs_max = n_rows;
    last_net net(target.path);
    const auto context = open_context(target, params);
    if (!context) fail_to_build(target, net.reported());
    if (!llama_get_memory(context.get())) {
        fail(GTO_E_FORMAT,
             "%s: architecture %s keeps no past tokens (an encoder); expected a language model that decodes",
             target.path.c_str(), target.architecture.c_str());
    }
    set_cell_bytes(target, context.get());
    const bool layer_inputs = hands_out_layer_inputs(target.architecture);
    for (int32_t il = 0; layer_inputs && il < target.info.n_layer; il++) {
        llama_set_embeddings_layer_inp(context.get(), (uint32_t) il, true);
    }
    ggml_cgraph * graph = llama_graph_reserve(context.get(), n_rows, 1, n_outputs);
    if (!graph) fail_to_build(target, net.reported());
    count_weights(graph, target.loading);

    tap_names names;
    const int64_t n_embd = target.info.n_embd;
    read_head(graph, n_embd, names);
    names.block_inputs.push_back(first_block_input(graph, n_embd));
    for (int32_t il = 1; il < target.info.n_layer; il++) {
        const std::string name = "l_out-" + std::to_string(il - 1);
        names.block_inputs.push_back(holds(ggml_graph_get_tensor(graph, name.c_str()), n_embd, n_rows) ? name : "");
    }
    names.layer_inputs = layer_inputs && keeps(graph, names.block_inputs);
    return names;
}

} // namespace gto
