// How much memory this process may still take, asked before it is taken: beyond it the system's out-of-memory killer
// ends the process without a word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gto {

struct memory_room {
    int64_t bytes;     // at least 0
    std::string limit; // what leaves no more, e.g. "free memory of this machine"
};

// The least of: free memory, what its control groups leave (file cache can be dropped and doesn't count), what its own
// limits (ulimit) leave, and what GTO4J_MEMORY_LIMIT leaves (bytes, or with K, M or G: the most memory that this
// process may have). Empty where the system doesn't say.
std::optional<memory_room> room_for_memory(const std::string & root = "");

// Fails with GTO_E_MEMORY unless there is room: "<what> needs <bytes>, <room> are left: <limit>". Few bytes aren't
// asked about.
void require_memory(const std::string & what, int64_t bytes);

// E.g. "1.5 GiB".
std::string in_bytes(int64_t bytes);

} // namespace gto
