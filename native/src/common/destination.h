// Where an output really goes.
#pragma once

#include <string>

namespace gto {

struct destination {
    std::string path; // links followed
    // a new file takes its place; else it is a pipe, a device or an open descriptor, and is written to
    bool replaced;
};

// Fails with GTO_E_IO for a folder, a disk, a socket, or links in a circle. The file needn't be there.
destination destination_of(const std::string & path);

} // namespace gto
