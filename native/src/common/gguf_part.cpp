#include "common/gguf_part.h"

#include "common/gguf_scan.h"
#include "common/last_net.h"
#include "common/status.h"

#include <algorithm>

namespace gto {

// The first thing that the reader said, without the name of its function.
static std::string reason(const last_net & net) {
    std::string text = net.reported();
    text = text.substr(0, text.find(';'));
    const size_t name = text.find(": ");
    return text.empty() ? "broken, or cut off inside it" : name == std::string::npos ? text : text.substr(name + 2);
}

gguf_part::gguf_part(const std::string & path) : path_(path) {
    scan_gguf(path);
    last_net net(path_);
    ggml_context * tensors = nullptr;
    gguf_init_params params = {/*no_alloc=*/true, &tensors};
    gguf_.reset(gguf_init_from_file(path.c_str(), params));
    tensors_.reset(tensors);
    if (!gguf_) fail(GTO_E_FORMAT, "%s: not a readable GGUF header: %s", path.c_str(), reason(net).c_str());
    file_ = open_file(path, "rb");
}

bool is_whole(gguf_type type) { return type <= GGUF_TYPE_INT32 || type == GGUF_TYPE_UINT64 || type == GGUF_TYPE_INT64; }

int64_t whole_value(gguf_type type, const void * data, size_t i) {
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

int64_t gguf_part::integer(const char * key, int64_t otherwise) const {
    const int64_t id = gguf_find_key(gguf_.get(), key);
    if (id < 0) return otherwise;
    const gguf_type type = gguf_get_kv_type(gguf_.get(), id);
    return is_whole(type) ? whole_value(type, gguf_get_val_data(gguf_.get(), id), 0) : otherwise;
}

void gguf_part::read_raw(const ggml_tensor * tensor, void * out) const {
    const int64_t id = gguf_find_tensor(gguf_.get(), tensor->name);
    const size_t offset = gguf_get_data_offset(gguf_.get()) + gguf_get_tensor_offset(gguf_.get(), id),
                 bytes = ggml_nbytes(tensor);
    if (fseeko(file_.get(), (off_t) offset, SEEK_SET) != 0 || fread(out, 1, bytes, file_.get()) != bytes) {
        fail(GTO_E_IO, "%s: tensor %s can't be read", path_.c_str(), tensor->name);
    }
}

} // namespace gto
