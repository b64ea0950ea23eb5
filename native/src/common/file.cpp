#include "common/file.h"

#include "common/status.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace gto {

file_ptr open_file(const std::string & path, const char * mode) {
    file_ptr file(fopen(path.c_str(), mode), fclose);
    if (!file) fail(GTO_E_IO, "%s: %s", path.c_str(), strerror(errno));
    return file;
}

static void sync_path(const std::string & path, int flags) {
    const int fd = open(path.c_str(), flags);
    if (fd < 0) fail(GTO_E_IO, "%s: can't be opened: %s", path.c_str(), strerror(errno));
    const int rc = fsync(fd), code = errno;
    close(fd);
    if (rc != 0) fail(GTO_E_IO, "%s: can't be written to disk: %s", path.c_str(), strerror(code));
}

void sync_file(const std::string & path) { sync_path(path, O_RDONLY); }

void write_atomically(const std::string & path, const std::function<void(const std::string &)> & write) {
    const std::string temporary = path + ".tmp" + std::to_string(getpid());
    try {
        write(temporary);
        sync_file(temporary);
        if (rename(temporary.c_str(), path.c_str()) != 0) {
            fail(GTO_E_IO, "%s: can't be replaced: %s", path.c_str(), strerror(errno));
        }
        const size_t slash = path.rfind('/');
        sync_path(slash == std::string::npos ? "." : path.substr(0, slash + 1), O_RDONLY | O_DIRECTORY);
    } catch (...) {
        unlink(temporary.c_str());
        throw;
    }
}

} // namespace gto
