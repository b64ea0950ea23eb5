// A GGUF model opened for reading: one file, or the parts that llama.cpp's gguf-split makes of one
// (NAME-00001-of-00003.gguf, ...).
#pragma once

#include "common/gguf_part.h"

#include <optional>
#include <string>
#include <vector>

namespace gto {

// Whether values of the type can be read as F32, looked up and multiplied.
inline bool is_real(ggml_type type) { return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float; }

class gguf_file {
  public:
    // Fails with GTO_E_IO (missing, truncated; the part is named) or GTO_E_FORMAT (not a GGUF, see gguf_scan.h, not the
    // first part, parts of different models).
    explicit gguf_file(const std::string & path);

    const std::string & path() const { return parts_[0].path(); }
    const gguf_context * keys() const { return parts_[0].keys(); }

    std::string architecture() const;
    // Values of "<architecture>.<key>"; a missing key without a default fails with GTO_E_FORMAT. A per-layer array must
    // be uniform.
    int64_t integer(const std::string & key, std::optional<int64_t> otherwise = {}) const;
    // Where layers differ, the value of the last one that has any (above 0).
    int64_t last_integer(const std::string & key, std::optional<int64_t> otherwise = {}) const;
    float real(const std::string & key, std::optional<float> otherwise = {}) const;
    bool has(const std::string & key) const { return key_index(key) >= 0; }
    std::vector<int64_t> integers(const std::string & key) const;
    // The value, which is the key's; fails with GTO_E_FORMAT naming it unless low <= value <= high.
    int64_t within(const std::string & key, int64_t value, int64_t low, int64_t high) const;

    // Shapes and types of all tensors, without data.
    std::vector<const ggml_tensor *> tensors() const;
    // Shape and type without data; null if there is no such tensor.
    const ggml_tensor * find(const std::string & tensor) const;
    // Fails with GTO_E_FORMAT naming the tensor if it is missing or isn't [rows x cols].
    const ggml_tensor * expect(const std::string & tensor, int64_t rows, int64_t cols) const;
    // Raw bytes of a tensor, as stored.
    void read_raw(const ggml_tensor * tensor, void * out) const;
    // All values as F32.
    std::vector<float> read_f32(const ggml_tensor * tensor) const;

  private:
    void open_parts(int64_t count);
    int64_t key_index(const std::string & key) const;

    std::vector<gguf_part> parts_; // the first one has the keys
};

// The tensor of a target's head: a tied one is the embedding.
const char * head_name(const gguf_file & target);

} // namespace gto
