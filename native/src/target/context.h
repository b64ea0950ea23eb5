// Contexts of libllama as this library wants them.
#pragma once

#include "target/target.h"

namespace gto {

using context_ptr = std::unique_ptr<llama_context, void (*)(llama_context *)>;

// One cache for all sequences (so that a batch's rows keep their order), full-size sliding windows (so that rows can be
// taken back).
llama_context_params context_params(const gto_target & target);

// Null if libllama can't; what it said is then known to the last_net in scope. Uses the device's thread pool.
context_ptr open_context(const gto_target & target, const llama_context_params & params);

} // namespace gto
