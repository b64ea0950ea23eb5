#include "target/gguf_check.h"

#include "common/status.h"
#include "common/gguf_file.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace gto {

static constexpr int64_t max_layers = 512; // LLAMA_MAX_LAYERS

// Ahead of the GGUF reader, whose only answer to all of these is "no".
static void check_readable(const std::string & path) {
    struct stat st;
    if (stat(path.c_str(), &st) != 0) fail(GTO_E_IO, "%s: %s", path.c_str(), strerror(errno));
    if (!S_ISREG(st.st_mode)) fail(GTO_E_IO, "%s: expected a file, found %s", path.c_str(), S_ISDIR(st.st_mode) ? "a directory" : "something else");
    std::ifstream file(path, std::ios::binary);
    if (!file) fail(GTO_E_IO, "%s: can't be read: %s", path.c_str(), strerror(errno));
    char magic[4] = {};
    file.read(magic, sizeof magic);
    if (file.gcount() < (std::streamsize) sizeof magic) {
        fail(GTO_E_FORMAT, "%s: not a GGUF file: expected at least 4 bytes, found %lld", path.c_str(), (long long) file.gcount());
    }
    if (memcmp(magic, "GGUF", 4) != 0) fail(GTO_E_FORMAT, "%s: not a GGUF file: its first four bytes aren't \"GGUF\"", path.c_str());
}

static int64_t find_key(const gguf_file & file, const std::string & key) {
    return gguf_find_key(file.keys(), (file.architecture() + "." + key).c_str());
}

// The first layer's value of a key that may be there for each layer; `otherwise` if it is absent.
static int64_t first_integer(const gguf_file & file, const std::string & key, int64_t otherwise) {
    const int64_t id = find_key(file, key);
    if (id < 0) return otherwise;
    if (gguf_get_kv_type(file.keys(), id) == GGUF_TYPE_STRING) fail(GTO_E_FORMAT, "%s: key %s: expected a number, found text", file.path().c_str(), key.c_str());
    const std::vector<int64_t> values = file.integers(key);
    return values.empty() ? otherwise : values[0];
}

static int64_t required(const gguf_file & file, const std::string & key, int64_t low, int64_t high) {
    if (find_key(file, key) < 0) fail(GTO_E_FORMAT, "%s: key %s.%s is missing", file.path().c_str(), file.architecture().c_str(), key.c_str());
    const int64_t value = first_integer(file, key, -1);
    if (value < low || value > high) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected %lld..%lld, found %lld", file.path().c_str(), file.architecture().c_str(), key.c_str(),
             (long long) low, (long long) high, (long long) value);
    }
    return value;
}

static void check_architecture(const gguf_file & file) {
    const std::string arch = file.architecture();
    for (const char * draft : {"eagle3", "dflash"}) {
        if (arch == draft) fail(GTO_E_FORMAT, "%s: architecture %s is a draft; expected a target (a language model that decodes by itself)", file.path().c_str(), draft);
    }
    const int64_t causal = find_key(file, "attention.causal");
    if (causal >= 0 && gguf_get_kv_type(file.keys(), causal) == GGUF_TYPE_BOOL && !gguf_get_val_bool(file.keys(), causal)) {
        fail(GTO_E_FORMAT, "%s: architecture %s attends to both sides (an encoder); expected a language model that decodes", file.path().c_str(), arch.c_str());
    }
}

static void check_vocabulary(const gguf_file & file) {
    const int64_t model = gguf_find_key(file.keys(), "tokenizer.ggml.model");
    if (model < 0 || gguf_get_kv_type(file.keys(), model) != GGUF_TYPE_STRING) fail(GTO_E_FORMAT, "%s: no tokenizer (key tokenizer.ggml.model)", file.path().c_str());
    const std::string name = gguf_get_val_str(file.keys(), model);
    if (name == "none" || name == "no_vocab") fail(GTO_E_FORMAT, "%s: the model has no tokenizer (tokenizer.ggml.model is \"%s\")", file.path().c_str(), name.c_str());
    const int64_t tokens = gguf_find_key(file.keys(), "tokenizer.ggml.tokens");
    if (tokens < 0 || gguf_get_kv_type(file.keys(), tokens) != GGUF_TYPE_ARRAY || gguf_get_arr_type(file.keys(), tokens) != GGUF_TYPE_STRING ||
        gguf_get_arr_n(file.keys(), tokens) == 0) {
        fail(GTO_E_FORMAT, "%s: key tokenizer.ggml.tokens: expected a list of texts", file.path().c_str());
    }
}

// A graph with another epsilon ends the process.
static void check_epsilon(const gguf_file & file, const char * key) {
    const float value = file.real(key, 0.0f);
    if (!(value >= 0) || !std::isfinite(value)) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected a finite number of at least 0, found %g", file.path().c_str(), file.architecture().c_str(), key, value);
    }
}

// ggml's rotation of no channels never ends, that of more than there are ends the process.
static void check_rotation(const gguf_file & file, const char * key, int64_t head_dim) {
    const int64_t value = first_integer(file, key, 2);
    if (value < 2 || value % 2 != 0 || value > head_dim) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected an even number of 2..%lld (the head size), found %lld", file.path().c_str(), file.architecture().c_str(), key,
             (long long) head_dim, (long long) value);
    }
}

gguf_summary check_target_file(const std::string & path) {
    check_readable(path);
    const gguf_file file(path);
    check_architecture(file);
    check_vocabulary(file);
    for (const char * key : {"attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.group_norm_epsilon"}) check_epsilon(file, key);
    gguf_summary summary;
    summary.architecture = file.architecture();
    required(file, "block_count", 1, max_layers);
    required(file, "context_length", 1, INT32_MAX);
    const int64_t n_embd = required(file, "embedding_length", 1, 1 << 20);
    const int64_t n_head = std::max<int64_t>(1, first_integer(file, "attention.head_count", 1));
    summary.n_ff = (int32_t) first_integer(file, "feed_forward_length", 0);
    summary.head_dim = (int32_t) first_integer(file, "attention.key_length", n_embd / n_head);
    for (const char * key : {"rope.dimension_count", "rope.dimension_count_swa"}) check_rotation(file, key, summary.head_dim);
    summary.rope_base = file.real("rope.freq_base", 10000.0f);
    summary.rms_eps = file.real("attention.layer_norm_rms_epsilon", file.real("attention.layer_norm_epsilon", 0.0f));
    summary.learned_positions = file.find("position_embd.weight") != nullptr;
    return summary;
}

} // namespace gto
