// A quotient rounded up.
#pragma once

#include <cstdint>

namespace gto {

// a from 0, b above 0. Always inlined: some source files are compiled for one instruction set, and the linker must not
// take their code for all.
[[gnu::always_inline]] constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace gto
