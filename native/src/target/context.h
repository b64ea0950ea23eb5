// Contexts of libllama as this library wants them.
#pragma once

#include "gto4j/session.h"
#include "target/target.h"

namespace gto {

// Of keys and values, as in gto4j/session.h.
struct cache_options {
    int32_t type = GTO_CACHE_F16, flash_attention = GTO_FLASH_ATTENTION_AUTO;
};

// Fails with GTO_E_ARGUMENT if a session of the target can't have them.
void check_cache(const gto_target & target, const cache_options & cache);

using context_ptr = std::unique_ptr<llama_context, void (*)(llama_context *)>;

// One cache for all sequences (so that a batch's rows keep their order), full-size sliding windows (so that rows can be
// taken back).
llama_context_params context_params(const gto_target & target, const cache_options & cache = {});

// Null if libllama can't; what it said is then known to the last_net in scope. Uses the device's thread pool.
context_ptr open_context(const gto_target & target, const llama_context_params & params);

} // namespace gto
