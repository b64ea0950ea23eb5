// How a net scales rotary positions: in its file, and as frequency factors. draft/rope.h has the equations.
#pragma once

#include "common/gguf_file.h"
#include "draft/shape.h"

#include <string>
#include <vector>

namespace gto {

// What is wrong with it, naming the field; empty if nothing is.
std::string fault_of(const gto_rope_scaling & scaling);

// Of a draft's file, as stock llama.cpp reads it. Fails with GTO_E_FORMAT naming what the net can't follow.
gto_rope_scaling read_rope_scaling(const gguf_file & file);

// Optional frequency factors of a target or draft, head_dim / 2 values or none.
std::vector<float> rope_factors(const gguf_file & file, const shape & s);

// Those of LLAMA3.
std::vector<float> llama3_factors(const shape & s);

// What makes the factors of a draft whose file doesn't say it: Llama 3's usual numbers, or FACTORS.
gto_rope_scaling scaling_of_factors(const shape & s, const std::vector<float> & factors);

// Our own key of a file: what its frequency factors were made of, which stock llama.cpp doesn't ask.
constexpr const char * llama3_key = "gto4j.llama3_rope_scaling"; // factor, low and high frequency factor, context

} // namespace gto
