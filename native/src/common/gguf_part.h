// One GGUF file opened for reading: keys and tensors, checked against the file's size.
#pragma once

#include "common/file.h"

#include "ggml.h"
#include "gguf.h"

#include <memory>
#include <string>

namespace gto {

class gguf_part {
  public:
    // Fails as scan_gguf does.
    explicit gguf_part(const std::string & path);

    const std::string & path() const { return path_; }
    const gguf_context * keys() const { return gguf_.get(); }
    int64_t n_tensors() const { return gguf_get_n_tensors(gguf_.get()); }
    // Shape and type without data; null if there is no such tensor.
    const ggml_tensor * find(const std::string & tensor) const {
        return ggml_get_tensor(tensors_.get(), tensor.c_str());
    }
    // An integer key; `otherwise` if there is none of an integer type.
    int64_t integer(const char * key, int64_t otherwise) const;
    // Raw bytes of a tensor of this file, as stored.
    void read_raw(const ggml_tensor * tensor, void * out) const;

  private:
    std::string path_;
    std::unique_ptr<ggml_context, void (*)(ggml_context *)> tensors_{nullptr, ggml_free};
    std::unique_ptr<gguf_context, void (*)(gguf_context *)> gguf_{nullptr, gguf_free};
    file_ptr file_{nullptr, fclose};
};

bool is_whole(gguf_type type);
// One of a key's values of a whole type, at most INT64_MAX.
int64_t whole_value(gguf_type type, const void * data, size_t i);

} // namespace gto
