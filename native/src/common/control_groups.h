// What Linux says of the limits of this process: files below a root, which tests replace by a folder of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gto {

// The number in a file, or behind `key` in the line of a file that begins with it; empty if there is none ("max", no
// such file).
std::optional<int64_t> number_in(const std::string & file, const std::string & key = "");

struct control_group {
    std::string folder;
    bool second; // version of the interface
};

// The process's control group for a controller ("memory", "cpu") and all above it, in both versions of the interface.
// In a container the paths of /proc/self/cgroup may be the host's: folders that don't exist are left out, the topmost
// one is the container's own.
std::vector<control_group> control_groups(const std::string & root, const std::string & controller);

} // namespace gto
