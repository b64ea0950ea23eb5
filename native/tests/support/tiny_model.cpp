#include "support/tiny_model.h"

#include "support/tiny_block.h"
#include "support/tiny_vocabulary.h"

#include "ggml.h"
#include "gguf.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

namespace gto_test {

namespace {

const char chatml[] = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
                      "'<|im_end|>' + '\\n'}}{% endfor %}"
                      "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

// The same numbers everywhere, unlike std::normal_distribution.
class noise {
  public:
    explicit noise(uint32_t seed) : state_(seed * 2654435769u + 1) {}
    float normal() {
        const double u = (next() + 1.0) / 4294967297.0, v = next() / 4294967296.0;
        return (float) (std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v));
    }

  private:
    uint32_t next() { // PCG-XSH-RR, O'Neill 2014
        state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
        const uint32_t x = (uint32_t) (((state_ >> 18) ^ state_) >> 27), r = (uint32_t) (state_ >> 59);
        return (x >> r) | (x << ((32 - r) & 31));
    }
    uint64_t state_;
};

class writer : tensor_sink {
  public:
    explicit writer(const tiny_options & options)
        : o_(options), gguf_(gguf_init_empty(), gguf_free),
          tensors_(ggml_init({(size_t) 256 << 20, nullptr, false}), ggml_free), noise_(options.seed) {}

    void keys(const vocabulary & v) {
        gguf_context * g = gguf_.get();
        gguf_set_val_str(g, "general.architecture", o_.arch.c_str());
        gguf_set_val_str(g, "general.name", "tiny random");
        gguf_set_val_u32(g, key("block_count"), o_.layers);
        gguf_set_val_u32(g, key("context_length"), o_.context);
        gguf_set_val_u32(g, key("embedding_length"), o_.embd);
        gguf_set_val_u32(g, key("feed_forward_length"), o_.ff);
        gguf_set_val_u32(g, key("attention.head_count"), o_.heads);
        if (o_.arch == "lfm2") {
            std::vector<int32_t> kv_heads;
            for (int32_t il = 0; il < o_.layers; il++) kv_heads.push_back(keeps_states(o_, il) ? 0 : o_.kv_heads);
            gguf_set_arr_data(g, key("attention.head_count_kv"), GGUF_TYPE_INT32, kv_heads.data(), kv_heads.size());
            gguf_set_val_u32(g, key("shortconv.l_cache"), tiny_convolution);
        } else {
            gguf_set_val_u32(g, key("attention.head_count_kv"), o_.kv_heads);
        }
        if (o_.arch == "mamba") {
            gguf_set_val_u32(g, key("ssm.conv_kernel"), tiny_convolution);
            gguf_set_val_u32(g, key("ssm.inner_size"), 2 * o_.embd);
            gguf_set_val_u32(g, key("ssm.state_size"), tiny_state);
            gguf_set_val_u32(g, key("ssm.time_step_rank"), 2);
        }
        gguf_set_val_u32(g, key("attention.key_length"), head_dim());
        gguf_set_val_u32(g, key("attention.value_length"), head_dim());
        gguf_set_val_f32(
            g, key(has_layer_norms(o_.arch) ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"),
            1e-5f);
        gguf_set_val_u32(g, key("rope.dimension_count"), head_dim());
        gguf_set_val_f32(g, key("rope.freq_base"), 10000.0f);
        if (o_.arch == "gemma3" || o_.arch == "gpt-oss") gguf_set_val_u32(g, key("attention.sliding_window"), 8);
        if (o_.arch == "gptneox") gguf_set_val_bool(g, key("use_parallel_residual"), true);
        if (has_experts(o_.arch)) {
            gguf_set_val_u32(g, key("expert_count"), tiny_experts);
            gguf_set_val_u32(g, key("expert_used_count"), tiny_experts_used);
            gguf_set_val_u32(g, key("expert_feed_forward_length"), o_.ff);
        }
        if (o_.soft_cap > 0) gguf_set_val_f32(g, key("final_logit_softcapping"), o_.soft_cap);
        if (o_.arch == "bert") {
            gguf_set_val_f32(g, key("attention.layer_norm_epsilon"), 1e-5f);
            gguf_set_val_bool(g, key("attention.causal"), false);
        }
        tokenizer(v);
    }

    void weights(int32_t n_vocab) {
        const bool gemma = o_.arch == "gemma3";
        const int64_t d = o_.embd;
        // gemma scales embeddings by sqrt(d) itself
        matrix("token_embd.weight", d, n_vocab, gemma ? 1.0f / std::sqrt((float) d) : 1.0f, o_.nan_token);
        vector(o_.arch == "lfm2" ? "token_embd_norm.weight" : "output_norm.weight", d, 1.0f);
        if (has_layer_norms(o_.arch)) vector("output_norm.bias", d, 0.0f);
        if (!o_.tied) matrix("output.weight", d, n_vocab, o_.scale / std::sqrt((float) d));
        if (o_.arch == "phi2") vector("output.bias", n_vocab, 0.0f);
        for (int32_t il = 0; il < o_.layers; il++) write_block(*this, o_, head_dim(), il);
        if (o_.rope_freqs) vector("rope_freqs.weight", head_dim() / 2, 1.5f);
    }

    // One file, or parts with about as many tensors each: the first one has the keys.
    void save(const std::string & path) {
        for (int32_t part = 0; part < o_.parts; part++) {
            if (o_.parts > 1) {
                gguf_set_val_u16(gguf_.get(), "split.no", (uint16_t) part);
                gguf_set_val_u16(gguf_.get(), "split.count", (uint16_t) o_.parts);
                gguf_set_val_i32(gguf_.get(), "split.tensors.count", (int32_t) written_.size());
            }
            const size_t first = written_.size() * part / o_.parts, last = written_.size() * (part + 1) / o_.parts;
            for (size_t i = first; i < last; i++) gguf_add_tensor(gguf_.get(), written_[i]);
            const std::string file = o_.parts > 1 ? part_path(path, part) : path;
            if (!gguf_write_to_file(gguf_.get(), file.c_str(), false)) {
                throw std::runtime_error(file + ": can't be written");
            }
            gguf_.reset(gguf_init_empty());
        }
    }

  private:
    // "NAME-00001-of-00003.gguf", as llama.cpp's gguf-split names parts; the path is that of the first.
    std::string part_path(const std::string & path, int32_t part) const {
        char first[32], ending[32];
        snprintf(first, sizeof first, "-00001-of-%05d.gguf", o_.parts);
        snprintf(ending, sizeof ending, "-%05d-of-%05d.gguf", part + 1, o_.parts);
        if (path.size() < strlen(first) || path.substr(path.size() - strlen(first)) != first) {
            throw std::runtime_error(path + ": expected a name that ends in " + first);
        }
        return path.substr(0, path.size() - strlen(first)) + ending;
    }
    int32_t head_dim() const { return o_.head_dim > 0 ? o_.head_dim : o_.embd / o_.heads; }
    const char * key(const char * name) { return (last_key_ = o_.arch + "." + name).c_str(); }

    void tokenizer(const vocabulary & v) {
        gguf_context * g = gguf_.get();
        std::vector<const char *> tokens, merges;
        for (const std::string & token : v.tokens) tokens.push_back(token.c_str());
        for (const std::string & merge : v.merges) merges.push_back(merge.c_str());
        if (merges.empty()) merges.push_back("a b"); // never applies: there is no token "ab"
        gguf_set_val_str(g, "tokenizer.ggml.model", o_.pieces ? "llama" : "gpt2");
        if (!o_.pieces) gguf_set_val_str(g, "tokenizer.ggml.pre", o_.pre.c_str());
        gguf_set_arr_str(g, "tokenizer.ggml.tokens", tokens.data(), tokens.size());
        gguf_set_arr_data(g, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, v.types.data(), v.types.size());
        if (o_.pieces) {
            gguf_set_arr_data(g, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, v.scores.data(), v.scores.size());
        } else {
            gguf_set_arr_str(g, "tokenizer.ggml.merges", merges.data(), merges.size());
        }
        gguf_set_val_u32(g, "tokenizer.ggml.bos_token_id", v.bos);
        gguf_set_val_u32(g, "tokenizer.ggml.eos_token_id", v.eos);
        gguf_set_val_bool(g, "tokenizer.ggml.add_bos_token", true);
        if (o_.add_eos) gguf_set_val_bool(g, "tokenizer.ggml.add_eos_token", true);
        if (o_.chat_template) {
            gguf_set_val_str(g, "tokenizer.chat_template",
                             o_.template_text.empty() ? chatml : o_.template_text.c_str());
        }
    }

    void add(const std::string & name, ggml_tensor * tensor) {
        ggml_set_name(tensor, name.c_str());
        written_.push_back(tensor);
    }

    void matrix(const std::string & name, int64_t cols, int64_t rows, float deviation) override {
        matrix(name, cols, rows, deviation, -1);
    }
    void matrix(const std::string & name, int64_t cols, int64_t rows, float deviation, int64_t nan_row) {
        stack(name, {cols, rows}, deviation, nan_row);
    }
    void experts(const std::string & name, int64_t cols, int64_t rows, int64_t n, float deviation) override {
        stack(name, {cols, rows, n}, deviation, -1);
    }

    void stack(const std::string & name, const std::vector<int64_t> & shape, float deviation, int64_t nan_row) {
        const bool half = o_.type == "F16" && name.find("bias") == std::string::npos;
        ggml_tensor * t =
            ggml_new_tensor(tensors_.get(), half ? GGML_TYPE_F16 : GGML_TYPE_F32, (int) shape.size(), shape.data());
        std::vector<float> values(ggml_nelements(t));
        for (float & value : values) value = deviation * noise_.normal();
        if (nan_row >= 0) values[nan_row * shape[0]] = NAN;
        if (half) {
            ggml_fp32_to_fp16_row(values.data(), (ggml_fp16_t *) t->data, (int64_t) values.size());
        } else {
            std::copy(values.begin(), values.end(), (float *) t->data);
        }
        add(name, t);
    }

    void vector(const std::string & name, int64_t size, float mean) override {
        ggml_tensor * t = ggml_new_tensor_1d(tensors_.get(), GGML_TYPE_F32, size);
        for (int64_t i = 0; i < size; i++) ((float *) t->data)[i] = mean + 0.1f * noise_.normal();
        add(name, t);
    }

    const tiny_options & o_;
    std::unique_ptr<gguf_context, void (*)(gguf_context *)> gguf_;
    std::unique_ptr<ggml_context, void (*)(ggml_context *)> tensors_;
    std::vector<ggml_tensor *> written_;
    noise noise_;
    std::string last_key_;
};

void check(const tiny_options & o) {
    bool known = false;
    for (const char * arch : {"llama", "qwen2", "qwen3", "qwen3moe", "gpt-oss", "gemma3", "phi2", "phi3", "gptneox",
                              "lfm2", "mamba", "bert", "eagle3"}) {
        known |= o.arch == arch;
    }
    if (!known) {
        throw std::runtime_error("arch: expected llama, qwen2, qwen3, qwen3moe, gpt-oss, gemma3, phi2, phi3, gptneox, "
                                 "lfm2, mamba, bert or eagle3, found " +
                                 o.arch);
    }
    check_vocabulary(o);
    if (o.type != "F32" && o.type != "F16") throw std::runtime_error("type: expected F32 or F16, found " + o.type);
    if (o.nan_token >= o.vocab) {
        throw std::runtime_error("nan-token: expected less than vocab, found " + std::to_string(o.nan_token));
    }
    if (o.soft_cap < 0 || (o.soft_cap > 0 && o.arch != "gemma3")) {
        throw std::runtime_error("soft_cap: expected 0, or with gemma3 a positive number");
    }
    if (o.parts < 1 || o.parts > 99) {
        throw std::runtime_error("parts: expected 1..99, found " + std::to_string(o.parts));
    }
    const bool heads = o.heads >= 1 && o.kv_heads >= 1 && o.heads % o.kv_heads == 0;
    const bool width =
        heads && (o.head_dim > 0 ? o.head_dim % 2 == 0 : o.embd % o.heads == 0 && o.embd / o.heads % 2 == 0);
    if (!width || o.layers < 1 || o.ff < 1 || o.context < 1) {
        throw std::runtime_error("embd, heads, kv-heads, head-dim, layers, ff or context don't go together");
    }
}

} // namespace

void write_tiny_model(const tiny_options & options, const std::string & path) {
    check(options);
    const vocabulary v = tiny_vocabulary(options);
    writer w(options);
    w.keys(v);
    w.weights(options.vocab);
    w.save(path);
}

} // namespace gto_test
