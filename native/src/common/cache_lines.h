// Lines of the processor's caches: what threads write lies in lines of its own, and vectors don't cross two of them.
#pragma once

#include <cstddef>

namespace gto {
namespace { // local to each file: some are compiled for instruction sets that others must do without

constexpr size_t cache_line = 64;

// The least whole number of lines, in bytes, that holds so many bytes; of an address, the first line from there on.
constexpr size_t whole_lines(size_t bytes) { return (bytes + cache_line - 1) & ~(cache_line - 1); }

} // namespace
} // namespace gto
