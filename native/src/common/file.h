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

// Calls write(temporary path), then fsyncs and renames it to `path`. On failure the temporary file is removed and
// `path` is untouched. A symbolic link stays: the file that it leads to is replaced. A pipe, a device or an open
// descriptor (/dev/stdout) can't be replaced: write(path) writes to it, from its beginning to its end. Fails with
// GTO_E_IO for a folder, a disk or a socket.
void write_atomically(const std::string & path, const std::function<void(const std::string &)> & write);

// Fails with GTO_E_ARGUMENT unless `path`, if it is there, is a file that can be replaced; for writers that go back and
// forth.
void require_replaceable(const std::string & path);

// Fails with GTO_E_ARGUMENT if `path` is the model file `model`, whatever links lead there, or a part of it: `model` is
// read, maybe still mapped.
void require_not_model(const std::string & path, const std::string & model);

// fsync of an existing file; fails with GTO_E_IO naming it.
void sync_file(const std::string & path);

} // namespace gto
