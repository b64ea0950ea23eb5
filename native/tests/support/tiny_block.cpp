#include "support/tiny_block.h"

#include <cmath>

namespace gto_test {

bool has_layer_norms(const std::string & arch) { return arch == "phi2" || arch == "gptneox"; }
bool has_experts(const std::string & arch) { return arch == "qwen3moe" || arch == "gpt-oss"; }
bool keeps_states(const tiny_options & options, int32_t layer) {
    return options.arch == "mamba" || (options.arch == "lfm2" && layer % 2 == 0);
}

namespace {

class block_writer {
  public:
    block_writer(tensor_sink & to, const tiny_options & options, int32_t head_dim, int32_t layer)
        : to_(to), o_(options), head_(head_dim), d_(options.embd), q_((int64_t) head_dim * options.heads),
          kv_((int64_t) head_dim * options.kv_heads), ff_(options.ff), name_("blk." + std::to_string(layer) + "."),
          keeps_state_(keeps_states(options, layer)) {}

    void write() {
        norm("attn_norm");
        if (o_.arch == "mamba") {
            state_space();
            return;
        }
        if (keeps_state_) {
            convolution();
        } else {
            attention();
        }
        if (o_.arch == "gemma3" || o_.arch == "gpt-oss") to_.vector(name_ + "post_attention_norm.weight", d_, 1.0f);
        if (o_.arch == "gemma3") to_.vector(name_ + "post_ffw_norm.weight", d_, 1.0f);
        if (o_.arch != "gpt-oss" && o_.arch != "phi2") norm("ffn_norm");
        if (has_experts(o_.arch)) {
            experts();
        } else {
            feed_forward();
        }
    }

  private:
    void attention() {
        projections();
        matrix("attn_output.weight", q_, d_, 1.0f);
        if (o_.arch == "gemma3" || o_.arch == "qwen3" || o_.arch == "qwen3moe" || o_.arch == "lfm2") {
            to_.vector(name_ + "attn_q_norm.weight", head_, 1.5f);
            to_.vector(name_ + "attn_k_norm.weight", head_, 1.5f);
        }
        biases();
    }

    void convolution() {
        matrix("shortconv.in_proj.weight", d_, 3 * d_, 1.5f);
        to_.matrix(name_ + "shortconv.conv.weight", tiny_convolution, d_, 1.0f);
        matrix("shortconv.out_proj.weight", d_, d_, 1.0f);
    }

    // States that add up what comes: with A = 0 nothing fades.
    void state_space() {
        const int64_t inner = 2 * d_, rank = 2;
        matrix("ssm_in.weight", d_, 2 * inner, 1.0f);
        to_.matrix(name_ + "ssm_conv1d.weight", tiny_convolution, inner, 0.6f);
        to_.vector(name_ + "ssm_conv1d.bias", inner, 0.0f);
        matrix("ssm_x.weight", inner, rank + 2 * tiny_state, 1.0f);
        matrix("ssm_dt.weight", rank, inner, 1.0f);
        to_.vector(name_ + "ssm_dt.bias", inner, -1.0f);
        to_.matrix(name_ + "ssm_a", tiny_state, inner, 0.0f);
        to_.vector(name_ + "ssm_d", inner, 1.0f);
        matrix("ssm_out.weight", inner, d_, 1.0f);
    }

    // Values of standard deviation `gain` for inputs of deviation 1.
    void matrix(const std::string & name, int64_t cols, int64_t rows, float gain) {
        to_.matrix(name_ + name, cols, rows, gain / std::sqrt((float) cols));
    }

    void norm(const std::string & name) {
        to_.vector(name_ + name + ".weight", d_, 1.0f);
        if (has_layer_norms(o_.arch)) to_.vector(name_ + name + ".bias", d_, 0.0f);
    }

    void projections() {
        if (o_.fused || o_.arch == "phi3" || has_layer_norms(o_.arch)) {
            matrix("attn_qkv.weight", d_, q_ + 2 * kv_, 1.5f);
            return;
        }
        // queries and keys twice as large: attention that picks, so that the past matters
        matrix("attn_q.weight", d_, q_, 2.0f);
        matrix("attn_k.weight", d_, kv_, 2.0f);
        matrix("attn_v.weight", d_, kv_, 1.0f);
    }

    void biases() {
        if (o_.arch == "qwen2" || o_.arch == "gpt-oss") {
            to_.vector(name_ + "attn_q.bias", q_, 0.0f);
            to_.vector(name_ + "attn_k.bias", kv_, 0.0f);
            to_.vector(name_ + "attn_v.bias", kv_, 0.0f);
        }
        if (has_layer_norms(o_.arch)) to_.vector(name_ + "attn_qkv.bias", q_ + 2 * kv_, 0.0f);
        if (has_layer_norms(o_.arch) || o_.arch == "gpt-oss") to_.vector(name_ + "attn_output.bias", d_, 0.0f);
        if (o_.arch == "gpt-oss") to_.vector(name_ + "attn_sinks.weight", o_.heads, 0.0f);
    }

    void feed_forward() {
        if (o_.arch == "phi3") {
            matrix("ffn_up.weight", d_, 2 * ff_, 1.0f); // gate, then up
        } else {
            if (!has_layer_norms(o_.arch)) matrix("ffn_gate.weight", d_, ff_, 1.0f);
            matrix("ffn_up.weight", d_, ff_, 1.0f);
        }
        matrix("ffn_down.weight", ff_, d_, 1.0f);
        if (has_layer_norms(o_.arch)) {
            to_.vector(name_ + "ffn_up.bias", ff_, 0.0f);
            to_.vector(name_ + "ffn_down.bias", d_, 0.0f);
        }
    }

    void experts() {
        matrix("ffn_gate_inp.weight", d_, tiny_experts, 1.0f);
        const float deviation = 1.0f / std::sqrt((float) d_);
        to_.experts(name_ + "ffn_gate_exps.weight", d_, ff_, tiny_experts, deviation);
        to_.experts(name_ + "ffn_up_exps.weight", d_, ff_, tiny_experts, deviation);
        to_.experts(name_ + "ffn_down_exps.weight", ff_, d_, tiny_experts, 1.0f / std::sqrt((float) ff_));
        if (o_.arch != "gpt-oss") return;
        to_.vector(name_ + "ffn_gate_inp.bias", tiny_experts, 0.0f);
        to_.matrix(name_ + "ffn_gate_exps.bias", ff_, tiny_experts, 0.1f);
        to_.matrix(name_ + "ffn_up_exps.bias", ff_, tiny_experts, 0.1f);
        to_.matrix(name_ + "ffn_down_exps.bias", d_, tiny_experts, 0.1f);
    }

    tensor_sink & to_;
    const tiny_options & o_;
    const int64_t head_, d_, q_, kv_, ff_;
    const std::string name_;
    const bool keeps_state_;
};

} // namespace

void write_block(tensor_sink & to, const tiny_options & options, int32_t head_dim, int32_t layer) {
    block_writer(to, options, head_dim, layer).write();
}

} // namespace gto_test
