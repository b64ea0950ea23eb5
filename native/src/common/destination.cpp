#include "common/destination.h"

#include "common/status.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

namespace gto {

namespace fs = std::filesystem;

static constexpr int most_links = 40;

// /proc/PID/fd/N, which /dev/stdout and /dev/fd/N lead to: replacing the file behind it would leave the descriptor with
// the old one.
static bool is_descriptor(const fs::path & path) {
    const std::string folder = path.parent_path().string();
    return folder.rfind("/proc/", 0) == 0 && folder.size() > 9 && folder.compare(folder.size() - 3, 3, "/fd") == 0;
}

static fs::path in_real_folder(const fs::path & path) {
    std::error_code ignored;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const fs::path real = fs::canonical(folder, ignored);
    return ignored ? path : real / path.filename();
}

static fs::path followed(const std::string & path) {
    fs::path at = path;
    for (int i = 0; i < most_links; i++) {
        at = in_real_folder(at);
        std::error_code error;
        if (is_descriptor(at) || !fs::is_symlink(fs::symlink_status(at, error))) return at;
        const fs::path target = fs::read_symlink(at, error);
        if (error) fail(GTO_E_IO, "%s: %s", path.c_str(), error.message().c_str());
        at = target.is_absolute() ? target : at.parent_path() / target;
    }
    fail(GTO_E_IO, "%s: %s", path.c_str(), strerror(ELOOP));
}

destination destination_of(const std::string & path) {
    const fs::path at = followed(path);
    struct stat s;
    if (stat(at.c_str(), &s) != 0) return {at.string(), true};
    if (S_ISREG(s.st_mode)) return {at.string(), !is_descriptor(at)};
    if (S_ISCHR(s.st_mode) || S_ISFIFO(s.st_mode)) return {at.string(), false};
    fail(GTO_E_IO, "%s: expected a file to write, found %s", path.c_str(),
         S_ISDIR(s.st_mode)   ? "a folder"
         : S_ISBLK(s.st_mode) ? "a disk"
                              : "a socket or the like");
}

} // namespace gto
