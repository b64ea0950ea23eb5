#include "target/gguf_check.h"

#include "common/gguf_scan.h"
#include "common/gguf_sizes.h"
#include "common/status.h"

#include <algorithm>

namespace gto {

static int64_t find_key(const gguf_file & file, const std::string & key) {
    return gguf_find_key(file.keys(), (file.architecture() + "." + key).c_str());
}

// The first layer's value of a key that may be there for each layer; `otherwise` if it is absent.
static int64_t first_integer(const gguf_file & file, const std::string & key, int64_t otherwise) {
    if (!file.has(key)) return otherwise;
    const std::vector<int64_t> values = file.integers(key);
    return values.empty() ? otherwise : values[0];
}

static int64_t required(const gguf_file & file, const std::string & key) {
    const int64_t value = first_integer(file, key, -1);
    if (value < 0) {
        fail(GTO_E_FORMAT, "%s: key %s.%s is missing", file.path().c_str(), file.architecture().c_str(), key.c_str());
    }
    return value;
}

static void check_architecture(const gguf_file & file) {
    const std::string arch = file.architecture();
    for (const char * draft : {"eagle3", "dflash"}) {
        if (arch == draft) {
            fail(GTO_E_FORMAT,
                 "%s: architecture %s is a draft; expected a target (a language model that decodes by itself)",
                 file.path().c_str(), draft);
        }
    }
    const int64_t causal = find_key(file, "attention.causal");
    if (causal >= 0 && gguf_get_kv_type(file.keys(), causal) == GGUF_TYPE_BOOL &&
        !gguf_get_val_bool(file.keys(), causal)) {
        fail(GTO_E_FORMAT,
             "%s: architecture %s attends to both sides (an encoder); expected a language model that decodes",
             file.path().c_str(), arch.c_str());
    }
}

static void check_vocabulary(const gguf_file & file) {
    const int64_t model = gguf_find_key(file.keys(), "tokenizer.ggml.model");
    if (model < 0 || gguf_get_kv_type(file.keys(), model) != GGUF_TYPE_STRING) {
        fail(GTO_E_FORMAT, "%s: no tokenizer (key tokenizer.ggml.model)", file.path().c_str());
    }
    const std::string name = gguf_get_val_str(file.keys(), model);
    if (name == "none" || name == "no_vocab") {
        fail(GTO_E_FORMAT, "%s: the model has no tokenizer (tokenizer.ggml.model is \"%s\")", file.path().c_str(),
             name.c_str());
    }
    const int64_t tokens = gguf_find_key(file.keys(), "tokenizer.ggml.tokens");
    if (tokens < 0 || gguf_get_kv_type(file.keys(), tokens) != GGUF_TYPE_ARRAY ||
        gguf_get_arr_type(file.keys(), tokens) != GGUF_TYPE_STRING || gguf_get_arr_n(file.keys(), tokens) == 0) {
        fail(GTO_E_FORMAT, "%s: key tokenizer.ggml.tokens: expected a list of texts", file.path().c_str());
    }
}

static bool ends_with(const std::string & name, const std::string & ending) {
    return name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

// The CPU has products for these types alone; libllama doesn't ask.
static void check_types(const gguf_file & file) {
    for (const ggml_tensor * t : file.tensors()) {
        const std::string name = t->name;
        const bool bias = ends_with(name, ".bias");
        if (!(bias || ends_with(name, ".weight")) || t->type == GGML_TYPE_F32) continue;
        const bool added = bias || ggml_n_dims(t) == 1;
        if (added || !is_real(t->type)) {
            fail(GTO_E_FORMAT, "%s: tensor %s: expected type %s, found %s", file.path().c_str(),
                 printable(name).c_str(), added ? "f32" : "f32, f16, bf16 or a quantised one", ggml_type_name(t->type));
        }
    }
}

// ggml's rotation of no channels never ends, that of more than there are ends the process.
static void check_rotation(const gguf_file & file, const char * key, int64_t head_dim) {
    const int64_t value = first_integer(file, key, 2);
    if (value < 2 || value % 2 != 0 || value > head_dim) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected an even number of 2..%lld (the head size), found %lld",
             file.path().c_str(), file.architecture().c_str(), key, (long long) head_dim, (long long) value);
    }
}

gguf_summary check_target_file(const std::string & path) {
    const gguf_file file(path);
    check_architecture(file);
    check_vocabulary(file);
    check_sizes(file);
    check_types(file);
    gguf_summary summary;
    summary.architecture = file.architecture();
    summary.n_layer = (int32_t) required(file, "block_count");
    required(file, "context_length");
    const int64_t n_embd = required(file, "embedding_length");
    const int64_t n_head = std::max<int64_t>(1, first_integer(file, "attention.head_count", 1));
    summary.n_ff = (int32_t) first_integer(file, "feed_forward_length", 0);
    summary.head_dim = (int32_t) first_integer(file, "attention.key_length", n_embd / n_head);
    for (const char * key : {"rope.dimension_count", "rope.dimension_count_swa"}) {
        check_rotation(file, key, summary.head_dim);
    }
    summary.rope_base = file.real("rope.freq_base", 10000.0f);
    summary.rms_eps = file.real("attention.layer_norm_rms_epsilon", file.real("attention.layer_norm_epsilon", 0.0f));
    summary.learned_positions = file.find("position_embd.weight") != nullptr;
    return summary;
}

} // namespace gto
