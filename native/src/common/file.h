// Writing files so that nothing already written is lost: temporary file in the same folder, fsync, rename.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

namespace gto {

using file_ptr = std::unique_ptr<FILE, int (*)(FILE *)>;

// fopen; fails with GTO_E_IO naming the file.
file_ptr open_file(const std::string & path, const char * mode);

// Calls write(temporary path), then fsyncs and renames it to `path`. On failure the temporary file is removed and `path` is untouched.
void write_atomically(const std::string & path, const std::function<void(const std::string &)> & write);

// fsync of an existing file; fails with GTO_E_IO naming it.
void sync_file(const std::string & path);

} // namespace gto
