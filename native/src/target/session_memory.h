// What a session takes, asked before libllama takes it.
#pragma once

#include "target/target.h"

#include <cstdint>

namespace gto {

// Reads off a context with F16 keys and values what a cell takes: target.cell_bytes and device_cell_bytes.
void set_cell_bytes(gto_target & target, const llama_context * context);

// Fails with GTO_E_MEMORY if there is no room for a context with these parameters: keys and values and their
// bookkeeping, the rows of logits that libllama makes room for beforehand, and the compute buffers. These are measured
// by simulating the context where they could matter.
void require_session_memory(const gto_target & target, const llama_context_params & params);

// Fails with GTO_E_MEMORY if there is no room for what of a target's weights isn't mapped from its file (weights packed
// anew for this processor).
void require_model_memory(const gto_target & target, int64_t file_bytes);

} // namespace gto
