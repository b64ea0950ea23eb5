#include "common/gguf_file.h"

#include "common/gguf_scan.h"
#include "common/status.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

namespace gto {

gguf_file::gguf_file(const std::string & path) : path_(path) {
    scan_gguf(path);
    gguf_init_params params = {/*no_alloc=*/true, &tensors_};
    gguf_ = gguf_init_from_file(path.c_str(), params);
    if (!gguf_) fail(GTO_E_FORMAT, "%s: not a readable GGUF file (bad header, or cut off inside it)", path.c_str());
    file_ = fopen(path.c_str(), "rb");
    if (!file_) {
        gguf_free(gguf_);
        ggml_free(tensors_);
        fail(GTO_E_IO, "%s: %s", path.c_str(), strerror(errno));
    }
}

gguf_file::~gguf_file() {
    if (file_) fclose(file_);
    gguf_free(gguf_);
    ggml_free(tensors_);
}

std::string gguf_file::architecture() const {
    const int64_t id = gguf_find_key(gguf_, "general.architecture");
    if (id < 0 || gguf_get_kv_type(gguf_, id) != GGUF_TYPE_STRING) fail(GTO_E_FORMAT, "%s: no general.architecture", path_.c_str());
    const std::string name = gguf_get_val_str(gguf_, id);
    if (name.empty() || name != printable(name)) fail(GTO_E_FORMAT, "%s: general.architecture: expected a name, found \"%s\"", path_.c_str(), printable(name).c_str());
    return name;
}

int64_t gguf_file::key_index(const std::string & key) const { return gguf_find_key(gguf_, (architecture() + "." + key).c_str()); }

static bool is_integer(gguf_type type) {
    return type != GGUF_TYPE_STRING && type != GGUF_TYPE_ARRAY && type != GGUF_TYPE_FLOAT32 && type != GGUF_TYPE_FLOAT64 && type != GGUF_TYPE_BOOL;
}

static int64_t integer_value(gguf_type type, const void * data, size_t i) {
    switch (type) {
        case GGUF_TYPE_UINT8: return ((const uint8_t *) data)[i];
        case GGUF_TYPE_INT8: return ((const int8_t *) data)[i];
        case GGUF_TYPE_UINT16: return ((const uint16_t *) data)[i];
        case GGUF_TYPE_INT16: return ((const int16_t *) data)[i];
        case GGUF_TYPE_UINT32: return ((const uint32_t *) data)[i];
        case GGUF_TYPE_INT32: return ((const int32_t *) data)[i];
        case GGUF_TYPE_UINT64: return (int64_t) std::min<uint64_t>(((const uint64_t *) data)[i], INT64_MAX);
        case GGUF_TYPE_INT64: return ((const int64_t *) data)[i];
        default: return -1;
    }
}

std::vector<int64_t> gguf_file::integers(const std::string & key) const {
    const int64_t id = key_index(key);
    if (id < 0) fail(GTO_E_FORMAT, "%s: key %s.%s is missing", path_.c_str(), architecture().c_str(), key.c_str());
    const gguf_type type = gguf_get_kv_type(gguf_, id);
    const gguf_type element = type == GGUF_TYPE_ARRAY ? gguf_get_arr_type(gguf_, id) : type;
    if (!is_integer(element)) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected an integer, found type %s", path_.c_str(), architecture().c_str(), key.c_str(), gguf_type_name(element));
    }
    if (type != GGUF_TYPE_ARRAY) return {integer_value(type, gguf_get_val_data(gguf_, id), 0)};
    std::vector<int64_t> values(gguf_get_arr_n(gguf_, id));
    for (size_t i = 0; i < values.size(); i++) values[i] = integer_value(element, gguf_get_arr_data(gguf_, id), i);
    return values;
}

int64_t gguf_file::integer(const std::string & key, std::optional<int64_t> otherwise) const {
    if (key_index(key) < 0 && otherwise) return *otherwise;
    const std::vector<int64_t> values = integers(key);
    for (int64_t v : values) {
        if (v != values[0]) fail(GTO_E_FORMAT, "%s: %s differs between layers, which a one-layer draft can't follow", path_.c_str(), key.c_str());
    }
    if (values.empty()) fail(GTO_E_FORMAT, "%s: %s is empty", path_.c_str(), key.c_str());
    return values[0];
}

int64_t gguf_file::within(const std::string & key, int64_t value, int64_t low, int64_t high) const {
    if (value < low || value > high) {
        fail(GTO_E_FORMAT, "%s: key %s.%s: expected %lld..%lld, found %lld", path_.c_str(), architecture().c_str(), key.c_str(), (long long) low, (long long) high,
             (long long) value);
    }
    return value;
}

float gguf_file::real(const std::string & key, std::optional<float> otherwise) const {
    const int64_t id = key_index(key);
    if (id < 0) {
        if (otherwise) return *otherwise;
        fail(GTO_E_FORMAT, "%s: key %s.%s is missing", path_.c_str(), architecture().c_str(), key.c_str());
    }
    if (gguf_get_kv_type(gguf_, id) != GGUF_TYPE_FLOAT32) fail(GTO_E_FORMAT, "%s: key %s: expected a 32-bit float", path_.c_str(), key.c_str());
    const float value = gguf_get_val_f32(gguf_, id);
    if (!std::isfinite(value)) fail(GTO_E_FORMAT, "%s: key %s.%s: expected a finite number, found %g", path_.c_str(), architecture().c_str(), key.c_str(), value);
    return value;
}

const ggml_tensor * gguf_file::find(const std::string & tensor) const { return ggml_get_tensor(tensors_, tensor.c_str()); }

const ggml_tensor * gguf_file::expect(const std::string & tensor, int64_t rows, int64_t cols) const {
    const ggml_tensor * t = find(tensor);
    if (!t) fail(GTO_E_FORMAT, "%s: tensor %s is missing", path_.c_str(), tensor.c_str());
    if (t->ne[0] != cols || t->ne[1] != rows || t->ne[2] != 1 || t->ne[3] != 1) {
        const std::string more = t->ne[2] * t->ne[3] == 1 ? "" : " x " + std::to_string(t->ne[2]) + " x " + std::to_string(t->ne[3]);
        fail(GTO_E_FORMAT, "%s: tensor %s: expected %lld x %lld, found %lld x %lld%s", path_.c_str(), tensor.c_str(), (long long) rows,
             (long long) cols, (long long) t->ne[1], (long long) t->ne[0], more.c_str());
    }
    return t;
}

void gguf_file::read_raw(const ggml_tensor * tensor, void * out) const {
    const int64_t id = gguf_find_tensor(gguf_, tensor->name);
    const size_t offset = gguf_get_data_offset(gguf_) + gguf_get_tensor_offset(gguf_, id), bytes = ggml_nbytes(tensor);
    if (fseeko(file_, (off_t) offset, SEEK_SET) != 0 || fread(out, 1, bytes, file_) != bytes) {
        fail(GTO_E_IO, "%s: tensor %s can't be read", path_.c_str(), tensor->name);
    }
}

std::vector<float> gguf_file::read_f32(const ggml_tensor * tensor) const {
    const int64_t n = ggml_nelements(tensor);
    std::vector<float> values(n);
    if (tensor->type == GGML_TYPE_F32) {
        read_raw(tensor, values.data());
        return values;
    }
    const auto to_float = ggml_get_type_traits(tensor->type)->to_float;
    if (!to_float) fail(GTO_E_FORMAT, "%s: tensor %s: type %s can't be read as F32", path_.c_str(), tensor->name, ggml_type_name(tensor->type));
    std::vector<uint8_t> raw(ggml_nbytes(tensor));
    read_raw(tensor, raw.data());
    to_float(raw.data(), values.data(), n);
    return values;
}

} // namespace gto
