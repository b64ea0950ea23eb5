#include "draft/file_shape.h"

#include "common/gguf_scan.h"
#include "common/gguf_sizes.h"
#include "common/status.h"
#include "draft/rope_scaling.h"

#include <algorithm>

namespace gto {

namespace {

// The dense width; of a mixture of experts that has none, what the experts of a token have together.
int64_t feed_forward_width(const gguf_file & file) {
    const int64_t experts =
        file.last_integer("expert_feed_forward_length", 0) * file.last_integer("expert_used_count", 1);
    const int64_t dense =
        file.last_integer("feed_forward_length", experts > 0 ? std::optional<int64_t>(0) : std::nullopt);
    return dense > 0 ? dense : experts;
}

// What target and draft tell of a block in the same words; s.d is known.
void read_block(const gguf_file & file, shape & s) {
    const auto size = [&](const char * key, std::optional<int64_t> otherwise) {
        return (int32_t) file.within(key, file.last_integer(key, otherwise), 1, INT32_MAX);
    };
    s.n_head = size("attention.head_count", {});
    s.n_head_kv = size("attention.head_count_kv", s.n_head);
    s.head_dim = size("attention.key_length", s.d / s.n_head);
    s.n_ff = (int32_t) file.within("feed_forward_length", feed_forward_width(file), 1, most_ff);
    s.rope_base = file.real("rope.freq_base", 10000.0f);
    if (s.n_head % s.n_head_kv != 0 || s.head_dim % 2 != 0 || s.q_cols() > most_head_columns) {
        fail(GTO_E_FORMAT, "%s: %d heads, %d key/value heads of %d: not a shape that a draft can have",
             file.path().c_str(), s.n_head, s.n_head_kv, s.head_dim);
    }
}

void expect_equal(const gguf_file & file, const char * what, int64_t expected, int64_t found) {
    if (expected != found) {
        fail(GTO_E_FORMAT, "%s: %s: expected the target's %lld, found %lld: this draft belongs to another target",
             file.path().c_str(), what, (long long) expected, (long long) found);
    }
}

bool flag(const gguf_file & file, const char * key) {
    const int64_t id = gguf_find_key(file.keys(), key);
    if (id >= 0 && gguf_get_kv_type(file.keys(), id) != GGUF_TYPE_BOOL) {
        fail(GTO_E_FORMAT, "%s: key %s: expected true or false", file.path().c_str(), key);
    }
    return id >= 0 && gguf_get_val_bool(file.keys(), id);
}

int32_t parts_of_net(const gguf_file & file) {
    const auto has = [&](const char * tensor) { return file.find(tensor) != nullptr; };
    const bool qkv = has("blk.0.attn_q.bias") || has("blk.0.attn_k.bias") || has("blk.0.attn_v.bias");
    return (flag(file, "eagle3.norm_before_residual") ? GTO_NET_NORM_BEFORE_RESIDUAL : 0) |
           (flag(file, "eagle3.norm_before_fc") ? GTO_NET_NORM_BEFORE_FC : 0) | (has("fc.bias") ? GTO_NET_FC_BIAS : 0) |
           (qkv ? GTO_NET_QKV_BIAS : 0) | (has("blk.0.attn_output.bias") ? GTO_NET_OUTPUT_BIAS : 0);
}

// The net has one layer and turns whole heads.
void check_net(const gguf_file & file, const shape & s) {
    const char * path = file.path().c_str();
    const int64_t layers = file.integer("block_count", 1);
    if (layers != 1) {
        fail(GTO_E_FORMAT, "%s: eagle3.block_count: expected 1 layer, found %lld", path, (long long) layers);
    }
    for (const char * key : {"rope.dimension_count", "attention.value_length"}) {
        const int64_t value = file.integer(key, s.head_dim);
        if (value != s.head_dim) {
            fail(GTO_E_FORMAT, "%s: eagle3.%s: expected %d (the head size), found %lld", path, key, s.head_dim,
                 (long long) value);
        }
    }
}

// As stock llama.cpp: what the net doesn't take isn't passed over.
void check_tensor_names(const gguf_file & file, const shape & s) {
    const parameter_list parameters(s);
    for (const ggml_tensor * t : file.tensors()) {
        const std::string name = t->name;
        const bool known =
            name == "d2t" || name == "token_embd.weight" || name == "rope_freqs.weight" ||
            std::any_of(parameters.begin(), parameters.end(), [&](const parameter & p) { return p.name == name; });
        if (!known) {
            fail(GTO_E_FORMAT, "%s: tensor %s: not one of a draft of one layer", file.path().c_str(),
                 printable(name).c_str());
        }
    }
}

void read_taps(const gguf_file & file, int64_t n_layer, int32_t * taps) {
    const std::vector<int64_t> layers = file.integers("target_layers");
    if (layers.size() != 3) {
        fail(GTO_E_FORMAT, "%s: eagle3.target_layers: expected 3 entries, found %zu", file.path().c_str(),
             layers.size());
    }
    for (int i = 0; i < 3; i++) taps[i] = (int32_t) file.within("target_layers", layers[i], 0, n_layer - 1);
}

} // namespace

shape shape_for(const gguf_file & target) {
    check_sizes(target);
    const ggml_tensor * embedding = target.find("token_embd.weight");
    if (!embedding) fail(GTO_E_FORMAT, "%s: tensor token_embd.weight is missing", target.path().c_str());
    shape s;
    s.d = s.d_target = (int32_t) target.integer("embedding_length");
    if (embedding->ne[1] > most_vocab) {
        fail(GTO_E_FORMAT, "%s: tensor token_embd.weight: expected at most %lld tokens, found %lld",
             target.path().c_str(), (long long) most_vocab, (long long) embedding->ne[1]);
    }
    s.n_vocab = (int32_t) embedding->ne[1];
    s.n_ctx_train = (int32_t) target.integer("context_length");
    s.rms_eps = target.real("attention.layer_norm_rms_epsilon", 1e-5f);
    read_block(target, s);
    return s;
}

shape shape_of_draft(const gguf_file & file, const shape & target, int64_t n_layer) {
    check_sizes(file);
    shape s = target;
    s.d = (int32_t) file.within("embedding_length", file.integer("embedding_length"), 1, most_embd);
    expect_equal(file, "target hidden size", s.d_target, file.integer("target_hidden_size", s.d));
    for (const char * tensor : {"token_embd.weight", "output.weight"}) {
        if (s.d == s.d_target || file.find(tensor)) continue;
        fail(GTO_E_FORMAT, "%s: tensor %s is missing: a draft of width %d can't use the target's of width %d",
             file.path().c_str(), tensor, s.d, s.d_target);
    }
    s.n_ctx_train =
        (int32_t) file.within("context_length", file.integer("context_length", s.n_ctx_train), 1, INT32_MAX);
    s.parts = parts_of_net(file);
    s.rms_eps = file.real("attention.layer_norm_rms_epsilon");
    read_block(file, s);
    check_net(file, s);
    s.rope_scaling = read_rope_scaling(file);
    const int64_t tokens = gguf_find_key(file.keys(), "tokenizer.ggml.tokens");
    if (tokens >= 0) {
        if (gguf_get_kv_type(file.keys(), tokens) != GGUF_TYPE_ARRAY) {
            fail(GTO_E_FORMAT, "%s: key tokenizer.ggml.tokens: expected a list of texts", file.path().c_str());
        }
        expect_equal(file, "vocabulary", s.n_vocab, (int64_t) gguf_get_arr_n(file.keys(), tokens));
    }
    read_taps(file, n_layer, s.taps);
    check_tensor_names(file, s);
    return s;
}

} // namespace gto
