// What a GGUF must be before libllama sees it, and the figures of it that libllama doesn't tell.
#pragma once

#include "gto4j/target.h"

#include <string>

namespace gto {

struct gguf_summary {
    std::string architecture;
    int32_t n_layer = 0, n_ff = 0, head_dim = 0;
    float rope_base = 0, rms_eps = 0;
    bool learned_positions = false;
};

// Fails with GTO_E_IO (missing, unreadable, truncated) or GTO_E_FORMAT (not a GGUF, not a target).
gguf_summary check_target_file(const std::string & path);

} // namespace gto
