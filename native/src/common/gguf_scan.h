// What a GGUF file must be before ggml's reader sees it.
#pragma once

#include <string>

namespace gto {

// Walks through the header: version, keys, types, lengths, shapes and offsets, each against what is left of the file.
// ggml's reader answers most faults with one word, multiplies shapes before it looks at them, and looks for twins pair
// by pair. Fails with GTO_E_IO (missing, unreadable, not a regular file, truncated) or GTO_E_FORMAT (not a GGUF of
// version 2 or 3 for this machine), naming the key or tensor.
void scan_gguf(const std::string & path);

// Text of a file for a message: control characters become '?', what is long is cut.
std::string printable(const std::string & text);

} // namespace gto
