// A GGUF opened for reading: keys and tensors, checked against the file's size.
#pragma once

#include "ggml.h"
#include "gguf.h"

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace gto {

// Whether values of the type can be read as F32, looked up and multiplied.
inline bool is_real(ggml_type type) { return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float; }

class gguf_file {
  public:
    // Fails with GTO_E_IO (missing, truncated) or GTO_E_FORMAT (not a GGUF, see gguf_scan.h).
    explicit gguf_file(const std::string & path);
    ~gguf_file();
    gguf_file(const gguf_file &) = delete;
    gguf_file & operator=(const gguf_file &) = delete;

    const std::string & path() const { return path_; }
    const gguf_context * keys() const { return gguf_; }

    std::string architecture() const;
    // Values of "<architecture>.<key>"; a missing key without a default fails with GTO_E_FORMAT. A per-layer array must be uniform.
    int64_t integer(const std::string & key, std::optional<int64_t> otherwise = {}) const;
    float real(const std::string & key, std::optional<float> otherwise = {}) const;
    bool has(const std::string & key) const { return key_index(key) >= 0; }
    std::vector<int64_t> integers(const std::string & key) const;
    // The value, which is the key's; fails with GTO_E_FORMAT naming it unless low <= value <= high.
    int64_t within(const std::string & key, int64_t value, int64_t low, int64_t high) const;

    // Shape and type without data; null if there is no such tensor.
    const ggml_tensor * find(const std::string & tensor) const;
    // Fails with GTO_E_FORMAT naming the tensor if it is missing or isn't [rows x cols].
    const ggml_tensor * expect(const std::string & tensor, int64_t rows, int64_t cols) const;
    // Raw bytes of a tensor, as stored.
    void read_raw(const ggml_tensor * tensor, void * out) const;
    // All values as F32.
    std::vector<float> read_f32(const ggml_tensor * tensor) const;

  private:
    int64_t key_index(const std::string & key) const;

    std::string path_;
    gguf_context * gguf_ = nullptr;
    ggml_context * tensors_ = nullptr;
    FILE * file_ = nullptr;
};

} // namespace gto
