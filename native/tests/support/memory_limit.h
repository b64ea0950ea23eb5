// Little memory for a test.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

namespace gto_test {

// Sets GTO4J_MEMORY_LIMIT as long as it lives.
struct memory_limit {
    explicit memory_limit(const std::string & text) { setenv("GTO4J_MEMORY_LIMIT", text.c_str(), 1); }
    ~memory_limit() { unsetenv("GTO4J_MEMORY_LIMIT"); }
};

// Leaves so many MiB beyond what this process has now.
inline std::string above_now(int64_t mebibytes) {
    std::ifstream status("/proc/self/status");
    int64_t anonymous = 0;
    for (std::string line; std::getline(status, line);) {
        if (line.compare(0, 8, "RssAnon:") == 0) anonymous = std::stoll(line.substr(8)) * 1024;
    }
    return std::to_string(anonymous + mebibytes * (1 << 20));
}

} // namespace gto_test
