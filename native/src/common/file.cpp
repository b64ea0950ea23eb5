#include "common/file.h"

#include "common/destination.h"
#include "common/status.h"

#include "llama.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

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

// An empty file beside `path`; one of that name that is there already is somebody else's.
static std::string make_temporary(const std::string & path) {
    const std::string name = path + ".tmp" + std::to_string(getpid());
    for (int i = 0;; i++) {
        const std::string temporary = i == 0 ? name : name + "-" + std::to_string(i);
        const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            close(fd);
            return temporary;
        }
        if (errno != EEXIST || i == INT16_MAX) {
            fail(GTO_E_IO, "%s: can't be written: %s", path.c_str(), strerror(errno));
        }
    }
}

static void keep_permissions(const std::string & old, const std::string & temporary) {
    struct stat s;
    if (stat(old.c_str(), &s) == 0 && chmod(temporary.c_str(), s.st_mode & 0777) != 0) {
        fail(GTO_E_IO, "%s: can't get the permissions of %s: %s", temporary.c_str(), old.c_str(), strerror(errno));
    }
}

static void replace(const std::string & path, const std::function<void(const std::string &)> & write) {
    const std::string temporary = make_temporary(path);
    try {
        write(temporary);
        keep_permissions(path, temporary);
        sync_file(temporary);
        if (rename(temporary.c_str(), path.c_str()) != 0) {
            fail(GTO_E_IO, "%s: can't be replaced: %s", path.c_str(), strerror(errno));
        }
    } catch (...) {
        unlink(temporary.c_str());
        throw;
    }
    const size_t slash = path.rfind('/');
    sync_path(slash == std::string::npos ? "." : path.substr(0, slash + 1), O_RDONLY | O_DIRECTORY);
}

void write_atomically(const std::string & path, const std::function<void(const std::string &)> & write) {
    const destination to = destination_of(path);
    if (to.replaced) {
        replace(to.path, write);
    } else {
        write(path);
    }
}

void require_replaceable(const std::string & path) {
    if (!destination_of(path).replaced) {
        fail(GTO_E_ARGUMENT, "%s: expected a file, found a pipe or a device", path.c_str());
    }
}

// The file itself, or all parts of a split model (name-00001-of-00003.gguf).
static std::vector<std::string> parts(const std::string & model) {
    int number = 0, count = 0;
    const size_t dash = model.size() > 20 ? model.size() - 20 : std::string::npos;
    if (dash == std::string::npos || sscanf(model.c_str() + dash, "-%5d-of-%5d.gguf", &number, &count) != 2 ||
        count < 1) {
        return {model};
    }
    std::vector<std::string> all;
    std::vector<char> path(model.size() + 1);
    for (int i = 0; i < count; i++) {
        llama_split_path(path.data(), path.size(), model.substr(0, dash).c_str(), i, count);
        all.push_back(path.data());
    }
    return all;
}

void require_not_model(const std::string & path, const std::string & model) {
    struct stat out, in;
    if (stat(path.c_str(), &out) != 0) return;
    for (const std::string & part : parts(model)) {
        if (stat(part.c_str(), &in) == 0 && out.st_dev == in.st_dev && out.st_ino == in.st_ino) {
            fail(GTO_E_ARGUMENT, "%s: expected another file than the model's, found %s, which is read", path.c_str(),
                 part.c_str());
        }
    }
}

} // namespace gto
