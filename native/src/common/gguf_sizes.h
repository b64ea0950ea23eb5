// The sizes and constants of a transformer in a GGUF: one check for targets and drafts.
#pragma once

#include "common/gguf_file.h"

namespace gto {

// The largest sizes that are believed; products of two and a count of rows stay far below 64 bits.
constexpr int64_t most_layers = 512; // LLAMA_MAX_LAYERS
constexpr int64_t most_embd = 1 << 18, most_heads = 1 << 14, most_head_dim = 1 << 14, most_head_columns = 1 << 18,
                  most_ff = 1 << 22, most_vocab = 1 << 24, most_experts = 1 << 10;
constexpr int64_t most_window = 1 << 22; // libllama multiplies it by up to 256 sequences in 32 bits

// Fails with GTO_E_FORMAT naming file and key where one of the sizes that the file tells, of whichever layer, is out of
// range, the experts that a token gets don't fit those that there are, an epsilon is negative, or a RoPE base isn't
// positive. What isn't there isn't missed.
void check_sizes(const gguf_file & file);

} // namespace gto
