// The blocks of tiny targets, architecture by architecture, as libllama's src/models want them.
#pragma once

#include "support/tiny_model.h"

namespace gto_test {

// Where a block's tensors go, with random values.
struct tensor_sink {
    virtual ~tensor_sink() = default;
    virtual void matrix(const std::string & name, int64_t cols, int64_t rows, float deviation) = 0;
    virtual void experts(const std::string & name, int64_t cols, int64_t rows, int64_t n, float deviation) = 0;
    virtual void vector(const std::string & name, int64_t size, float mean) = 0;
};

constexpr int32_t tiny_experts = 4, tiny_experts_used = 2; // of qwen3moe and gpt-oss

// Whether an architecture's norms subtract the mean and have a bias.
bool has_layer_norms(const std::string & arch);
bool has_experts(const std::string & arch);
// lfm2: convolutions over the last tokens in every other block, attention in the others; mamba: a state in each.
bool keeps_states(const tiny_options & options, int32_t layer);
constexpr int32_t tiny_convolution = 3, tiny_state = 4; // tokens; numbers a channel of mamba

void write_block(tensor_sink & to, const tiny_options & options, int32_t head_dim, int32_t layer);

} // namespace gto_test
