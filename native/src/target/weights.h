// How much of a target's weights lies where.
#pragma once

#include "gto4j/target.h"

struct ggml_cgraph;

namespace gto {

// Counts the weights that a graph reads, each once, into a loading's bytes.
void count_weights(ggml_cgraph * graph, gto_target_loading & loading);

} // namespace gto
