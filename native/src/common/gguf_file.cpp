#include "common/gguf_file.h"

#include "common/gguf_scan.h"
#include "common/status.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace gto {

static constexpr int64_t most_parts = 99999; // as their names can count

// "DIR/NAME-00002-of-00003.gguf", as llama.cpp names and looks for parts; `part` from 0.
static std::string part_path(const std::string & prefix, int64_t part, int64_t count) {
    char ending[64];
    snprintf(ending, sizeof ending, "-%05lld-of-%05lld.gguf", (long long) part + 1, (long long) count);
    return prefix + ending;
}

gguf_file::gguf_file(const std::string & path) {
    parts_.emplace_back(path);
    const int64_t count = parts_[0].integer("split.count", 1);
    if (count > 1) open_parts(count);
}

void gguf_file::open_parts(int64_t count) {
    const std::string first = parts_[0].path();
    const int64_t part = parts_[0].integer("split.no", 0);
    if (part < 0 || part >= count || count > most_parts) {
        fail(GTO_E_FORMAT,
             "%s: keys split.no and split.count: expected a part of at most %lld, found part %lld of %lld",
             first.c_str(), (long long) most_parts, (long long) part, (long long) count);
    }
    const std::string ending = part_path("", part, count);
    if (first.size() <= ending.size() || first.compare(first.size() - ending.size(), ending.size(), ending) != 0) {
        fail(GTO_E_FORMAT,
             "%s: part %lld of a model split into %lld: expected a name that ends in %s, so that the other parts are "
             "found beside it "
             "(parts that were joined need llama-gguf-split --merge)",
             first.c_str(), (long long) part + 1, (long long) count, ending.c_str());
    }
    const std::string prefix = first.substr(0, first.size() - ending.size());
    if (part != 0) {
        fail(GTO_E_FORMAT, "%s: part %lld of a model split into %lld: give the first part, %s", first.c_str(),
             (long long) part + 1, (long long) count, part_path(prefix, 0, count).c_str());
    }
    int64_t tensors = parts_[0].n_tensors();
    for (int64_t i = 1; i < count; i++) {
        const std::string path = part_path(prefix, i, count);
        if (access(path.c_str(), F_OK) != 0) {
            fail(GTO_E_IO, "%s: part %lld of %lld is missing: %s", first.c_str(), (long long) i + 1, (long long) count,
                 path.c_str());
        }
        gguf_part opened(path);
        const int64_t no = opened.integer("split.no", -1), of = opened.integer("split.count", -1);
        if (no != i || of != count) {
            fail(GTO_E_FORMAT,
                 "%s: keys split.no and split.count: expected %lld and %lld, found %lld and %lld: it isn't part %lld "
                 "of %s",
                 path.c_str(), (long long) i, (long long) count, (long long) no, (long long) of, (long long) i + 1,
                 first.c_str());
        }
        tensors += opened.n_tensors();
        parts_.push_back(std::move(opened));
    }
    const int64_t expected = parts_[0].integer("split.tensors.count", -1);
    if (tensors != expected) {
        fail(GTO_E_FORMAT,
             "%s: key split.tensors.count: expected the %lld tensors of its %lld parts, found %lld: the parts aren't "
             "of one model",
             first.c_str(), (long long) tensors, (long long) count, (long long) expected);
    }
}

std::string gguf_file::architecture() const {
    const int64_t id = gguf_find_key(keys(), "general.architecture");
    if (id < 0 || gguf_get_kv_type(keys(), id) != GGUF_TYPE_STRING) {
        fail(GTO_E_FORMAT, "%s: no general.architecture", path().c_str());
    }
    const std::string name = gguf_get_val_str(keys(), id);
    if (name.empty() || name != printable(name)) {
        fail(GTO_E_FORMAT, "%s: general.architecture: expected a name, found \"%s\"", path().c_str(),
             printable(name).c_str());
    }
    return name;
}

int64_t gguf_file::key_index(const std::string & key) const {
    return gguf_find_key(keys(), (architecture() + "." + key).c_str());
}

std::vector<int64_t> gguf_file::integers(const std::string & key) const {
    const int64_t id = key_index(key);
    if (id < 0) fail(GTO_E_FORMAT, "%s: key %s.%s is missing", path().c_str(), architecture().c_str(), key.c_str());
    const gguf_type type = gguf_get_kv_type(keys(), id);
    const gguf_type element = type == GGUF_TYPE_ARRAY ? gguf_get_arr_type(keys(), id) : type;
    if (!is_whole(element)) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected an integer, found type %s", path().c_str(), architecture().c_str(),
             key.c_str(), gguf_type_name(element));
    }
    if (type != GGUF_TYPE_ARRAY) return {whole_value(type, gguf_get_val_data(keys(), id), 0)};
    std::vector<int64_t> values(gguf_get_arr_n(keys(), id));
    for (size_t i = 0; i < values.size(); i++) values[i] = whole_value(element, gguf_get_arr_data(keys(), id), i);
    return values;
}

// At least one.
static std::vector<int64_t> some_integers(const gguf_file & file, const std::string & key) {
    std::vector<int64_t> values = file.integers(key);
    if (values.empty()) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected at least one number, found an empty list", file.path().c_str(),
             file.architecture().c_str(), key.c_str());
    }
    return values;
}

int64_t gguf_file::integer(const std::string & key, std::optional<int64_t> otherwise) const {
    if (key_index(key) < 0 && otherwise) return *otherwise;
    const std::vector<int64_t> values = some_integers(*this, key);
    for (int64_t v : values) {
        if (v != values[0]) {
            fail(GTO_E_FORMAT, "%s: %s differs between layers, which a one-layer draft can't follow", path().c_str(),
                 key.c_str());
        }
    }
    return values[0];
}

int64_t gguf_file::last_integer(const std::string & key, std::optional<int64_t> otherwise) const {
    if (key_index(key) < 0 && otherwise) return *otherwise;
    const std::vector<int64_t> values = some_integers(*this, key);
    const auto last = std::find_if(values.rbegin(), values.rend(), [](int64_t value) { return value > 0; });
    return last == values.rend() ? values.back() : *last;
}

int64_t gguf_file::within(const std::string & key, int64_t value, int64_t low, int64_t high) const {
    if (value < low || value > high) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected %lld..%lld, found %lld", path().c_str(), architecture().c_str(),
             key.c_str(), (long long) low, (long long) high, (long long) value);
    }
    return value;
}

float gguf_file::real(const std::string & key, std::optional<float> otherwise) const {
    const int64_t id = key_index(key);
    if (id < 0) {
        if (otherwise) return *otherwise;
        fail(GTO_E_FORMAT, "%s: key %s.%s is missing", path().c_str(), architecture().c_str(), key.c_str());
    }
    if (gguf_get_kv_type(keys(), id) != GGUF_TYPE_FLOAT32) {
        fail(GTO_E_FORMAT, "%s: key %s: expected a 32-bit float", path().c_str(), key.c_str());
    }
    const float value = gguf_get_val_f32(keys(), id);
    if (!std::isfinite(value)) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected a finite number, found %g", path().c_str(), architecture().c_str(),
             key.c_str(), value);
    }
    return value;
}

const ggml_tensor * gguf_file::find(const std::string & tensor) const {
    for (const gguf_part & part : parts_) {
        if (const ggml_tensor * found = part.find(tensor)) return found;
    }
    return nullptr;
}

std::vector<const ggml_tensor *> gguf_file::tensors() const {
    std::vector<const ggml_tensor *> all;
    for (const gguf_part & part : parts_) {
        for (int64_t i = 0; i < part.n_tensors(); i++) all.push_back(part.find(gguf_get_tensor_name(part.keys(), i)));
    }
    return all;
}

const ggml_tensor * gguf_file::expect(const std::string & tensor, int64_t rows, int64_t cols) const {
    const ggml_tensor * t = find(tensor);
    if (!t) fail(GTO_E_FORMAT, "%s: tensor %s is missing", path().c_str(), tensor.c_str());
    if (t->ne[0] != cols || t->ne[1] != rows || t->ne[2] != 1 || t->ne[3] != 1) {
        const std::string more =
            t->ne[2] * t->ne[3] == 1 ? "" : " x " + std::to_string(t->ne[2]) + " x " + std::to_string(t->ne[3]);
        fail(GTO_E_FORMAT, "%s: tensor %s: expected %lld x %lld, found %lld x %lld%s", path().c_str(), tensor.c_str(),
             (long long) rows, (long long) cols, (long long) t->ne[1], (long long) t->ne[0], more.c_str());
    }
    return t;
}

void gguf_file::read_raw(const ggml_tensor * tensor, void * out) const {
    for (const gguf_part & part : parts_) {
        if (part.find(tensor->name) == tensor) return part.read_raw(tensor, out);
    }
    fail(GTO_E_INTERNAL, "%s: tensor %s belongs to another file", path().c_str(), tensor->name);
}

std::vector<float> gguf_file::read_f32(const ggml_tensor * tensor) const {
    const int64_t n = ggml_nelements(tensor);
    std::vector<float> values(n);
    if (tensor->type == GGML_TYPE_F32) {
        read_raw(tensor, values.data());
        return values;
    }
    const auto to_float = ggml_get_type_traits(tensor->type)->to_float;
    if (!to_float) {
        fail(GTO_E_FORMAT, "%s: tensor %s: type %s can't be read as F32", path().c_str(), tensor->name,
             ggml_type_name(tensor->type));
    }
    std::vector<uint8_t> raw(ggml_nbytes(tensor));
    read_raw(tensor, raw.data());
    to_float(raw.data(), values.data(), n);
    return values;
}

const char * head_name(const gguf_file & target) {
    return target.find("output.weight") ? "output.weight" : "token_embd.weight";
}

} // namespace gto
