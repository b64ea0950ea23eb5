// Writing a draft as a GGUF of architecture eagle3 that stock llama.cpp loads.
#include "common/file.h"
#include "common/last_net.h"
#include "draft/draft.h"
#include "draft/rope_scaling.h"

#include <cerrno>
#include <cmath>
#include <cstring>

using namespace gto;

namespace {

constexpr const char * arch = "eagle3";

struct writer {
    writer() {
        keys = gguf_init_empty();
        ggml_init_params params = {ggml_tensor_overhead() * (T_COUNT + 4), nullptr, true};
        tensors = ggml_init(params);
        if (!keys || !tensors) throw std::bad_alloc();
    }
    ~writer() {
        gguf_free(keys);
        ggml_free(tensors);
    }

    void add(const std::string & name, ggml_type type, int64_t rows, int64_t cols, std::vector<uint8_t> bytes) {
        ggml_tensor * t =
            rows == 1 ? ggml_new_tensor_1d(tensors, type, cols) : ggml_new_tensor_2d(tensors, type, cols, rows);
        ggml_set_name(t, name.c_str());
        data.push_back(std::move(bytes));
        t->data = data.back().data();
        gguf_add_tensor(keys, t);
    }
    void key(const char * name, uint32_t value) {
        gguf_set_val_u32(keys, (std::string(arch) + "." + name).c_str(), value);
    }
    void key(const char * name, float value) {
        gguf_set_val_f32(keys, (std::string(arch) + "." + name).c_str(), value);
    }

    gguf_context * keys;
    ggml_context * tensors;
    std::vector<std::vector<uint8_t>> data;
};

// A run that diverged mustn't leave a draft of infinities behind.
void require_holdable(const char * path, const std::string & name, const std::vector<float> & values, ggml_type type) {
    constexpr float most_f16 = 65504, most_bf16 = 0x1.fep127f;
    const float most = type == GGML_TYPE_F16 ? most_f16 : type == GGML_TYPE_BF16 ? most_bf16 : INFINITY;
    for (size_t i = 0; i < values.size(); i++) {
        if (!std::isfinite(values[i]) || std::fabs(values[i]) > most) {
            fail(GTO_E_NUMERIC, "%s: can't be written: the draft's %s[%zu] is %g, which %s can't hold", path,
                 name.c_str(), i, values[i], ggml_type_name(type));
        }
    }
}

std::vector<uint8_t> encode(const float * values, int64_t n, ggml_type type) {
    std::vector<uint8_t> bytes(n * ggml_type_size(type));
    if (type == GGML_TYPE_F16) {
        ggml_fp32_to_fp16_row(values, (ggml_fp16_t *) bytes.data(), n);
    } else if (type == GGML_TYPE_BF16) {
        ggml_fp32_to_bf16_row_ref(values, (ggml_bf16_t *) bytes.data(), n);
    } else {
        memcpy(bytes.data(), values, bytes.size());
    }
    return bytes;
}

// A GGUF of another architecture with the target's tokenizer: only "tokenizer." keys are taken over.
void copy_tokenizer(writer & out, const gguf_file & target) {
    gguf_context * copy = gguf_init_empty();
    gguf_set_kv(copy, target.keys());
    for (int64_t i = gguf_get_n_kv(copy) - 1; i >= 0; i--) {
        const std::string key = gguf_get_key(copy, i);
        if (key.rfind("tokenizer.", 0) != 0) gguf_remove_key(copy, key.c_str());
    }
    gguf_set_kv(out.keys, copy);
    gguf_free(copy);
}

void add_rope_scaling(writer & out, const gto_rope_scaling & r) {
    const char * type = r.kind == GTO_ROPE_LINEAR ? "linear" : "yarn";
    if (r.kind == GTO_ROPE_LINEAR || r.kind == GTO_ROPE_YARN) {
        gguf_set_val_str(out.keys, "eagle3.rope.scaling.type", type);
        out.key("rope.scaling.factor", r.factor);
    }
    if (r.kind == GTO_ROPE_YARN) {
        out.key("rope.scaling.original_context_length", (uint32_t) r.original_context);
        out.key("rope.scaling.attn_factor", r.attention_factor);
        out.key("rope.scaling.yarn_beta_fast", r.beta_fast);
        out.key("rope.scaling.yarn_beta_slow", r.beta_slow);
    }
    if (r.kind == GTO_ROPE_LLAMA3) {
        const float values[] = {r.factor, r.low_frequency_factor, r.high_frequency_factor, (float) r.original_context};
        gguf_set_val_str(out.keys, "eagle3.rope.scaling.type", "none");
        gguf_set_arr_data(out.keys, llama3_key, GGUF_TYPE_FLOAT32, values, 4);
    }
}

void add_keys(writer & out, const gto_draft & draft, ggml_type type) {
    const shape & s = draft.s;
    gguf_set_val_str(out.keys, "general.architecture", arch);
    gguf_set_val_str(out.keys, "general.type", "model");
    gguf_set_val_str(out.keys, "general.name", "gto4j draft");
    gguf_set_val_u32(out.keys, "general.file_type", type == GGML_TYPE_F16 ? 1 : type == GGML_TYPE_BF16 ? 32 : 0);
    out.key("block_count", 1u);
    out.key("context_length", (uint32_t) s.n_ctx_train);
    out.key("embedding_length", (uint32_t) s.d);
    out.key("feed_forward_length", (uint32_t) s.n_ff);
    out.key("attention.head_count", (uint32_t) s.n_head);
    out.key("attention.head_count_kv", (uint32_t) s.n_head_kv);
    out.key("attention.key_length", (uint32_t) s.head_dim);
    out.key("attention.value_length", (uint32_t) s.head_dim);
    out.key("attention.layer_norm_rms_epsilon", s.rms_eps);
    out.key("rope.dimension_count", (uint32_t) s.head_dim);
    out.key("rope.freq_base", s.rope_base);
    out.key("vocab_size", (uint32_t) s.n_vocab);
    out.key("target_hidden_size", (uint32_t) s.d_target);
    gguf_set_arr_data(out.keys, "eagle3.target_layers", GGUF_TYPE_INT32, s.taps, 3);
    gguf_set_val_bool(out.keys, "eagle3.norm_before_residual", s.has(GTO_NET_NORM_BEFORE_RESIDUAL));
    gguf_set_val_bool(out.keys, "eagle3.norm_before_fc", s.has(GTO_NET_NORM_BEFORE_FC));
    add_rope_scaling(out, s.rope_scaling);
    // not read by llama.cpp; the scale lets a later training go on with what fc was trained under
    if (draft.context) {
        gguf_set_val_f32(out.keys, context_offset_key, draft.context->offset);
        gguf_set_val_f32(out.keys, context_bigram_bonus_key, draft.context->bigram_bonus);
    }
    gguf_set_arr_data(out.keys, "gto4j.feature_scale", GGUF_TYPE_FLOAT32, draft.scale.data(), draft.scale.size());
}

void add_tensors(writer & out, const char * path, const gto_draft & draft, ggml_type type) {
    const shape & s = draft.s;
    for (const parameter & p : draft.parameters) {
        std::vector<float> values = draft.read(p.id);
        if (p.id == T_FC) {
            for (int64_t i = 0; i < p.size(); i++) values[i] *= draft.scale[i % p.cols];
        }
        const ggml_type stored = p.is_matrix() ? type : GGML_TYPE_F32;
        require_holdable(path, p.name, values, stored);
        out.add(p.name, stored, p.rows, p.cols, encode(values.data(), p.size(), stored));
    }
    if (!draft.rope.empty()) {
        out.add("rope_freqs.weight", GGML_TYPE_F32, 1, (int64_t) draft.rope.size(),
                encode(draft.rope.data(), (int64_t) draft.rope.size(), GGML_TYPE_F32));
    }
    if (draft.embedding->own) {
        const block & memory = draft.embedding->memory;
        std::vector<uint8_t> values(memory.bytes());
        draft.device.read(values.data(), memory.data(), values.size());
        out.add("token_embd.weight", draft.embedding->type, s.n_vocab, s.d, std::move(values));
    }
    std::vector<uint8_t> ids(draft.d2t.size() * sizeof(int64_t));
    for (size_t i = 0; i < draft.d2t.size(); i++) ((int64_t *) ids.data())[i] = draft.d2t[i];
    out.add("d2t", GGML_TYPE_I64, 1, s.n_draft_vocab, std::move(ids));
}

ggml_type type_named(const char * name) {
    for (const ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16}) {
        const char * own = type == GGML_TYPE_F32 ? "F32" : type == GGML_TYPE_F16 ? "F16" : "BF16";
        if (strcmp(name, own) == 0) return type;
    }
    fail(GTO_E_ARGUMENT, "draft type: expected F32, F16 or BF16, found %s", name);
}

} // namespace

gto_status gto_draft_save(const gto_draft * draft, const char * path, const char * type) {
    return guard([&] {
        require(draft && path && type, "draft, path and type must not be null");
        const ggml_type stored = type_named(type);
        require_not_model(path, draft->target_path);
        writer out;
        copy_tokenizer(out, gguf_file(draft->target_path));
        add_keys(out, *draft, stored);
        add_tensors(out, path, *draft, stored);
        write_atomically(path, [&](const std::string & temporary) {
            const file_ptr file = open_file(temporary, "wb");
            const std::string name = path;
            last_net net(name);
            if (!gguf_write_to_file_ptr(out.keys, file.get(), false) || fflush(file.get()) != 0) {
                fail(GTO_E_IO, "%s: can't be written: %s", path, strerror(errno));
            }
        });
    });
}
