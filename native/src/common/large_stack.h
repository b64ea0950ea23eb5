// A stack for what recurses as deep as a text is long.
#pragma once

#include <cstddef>
#include <functional>

namespace gto {

// Runs f on a thread of its own with a stack of about `bytes`, waits for it, and throws what it throws. Only pages that
// f touches take memory. Fails with GTO_E_MEMORY if there is no room for the stack.
void run_on_large_stack(size_t bytes, const std::function<void()> & f);

} // namespace gto
