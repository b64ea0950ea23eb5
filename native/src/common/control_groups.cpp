#include "common/control_groups.h"

#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace gto {

static std::optional<int64_t> number(const std::string & text) {
    try {
        return std::stoll(text);
    } catch (const std::exception &) {
        return {};
    }
}

std::optional<int64_t> number_in(const std::string & file, const std::string & key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.compare(0, key.size(), key) == 0) return number(line.substr(key.size()));
    }
    return {};
}

static bool holds(const std::string & list, const std::string & name) {
    return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

static bool is_folder(const std::string & path) {
    struct stat st;
    return stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

// A path that climbs ("/../x": a group beside the one whose root is seen here) says nothing of what is below the mount.
static void add_upward(const std::string & top, std::string path, bool second, std::vector<control_group> & groups) {
    if (path.find("..") != std::string::npos) path.clear();
    while (!path.empty() && path != "/") {
        if (is_folder(top + path)) groups.push_back({top + path, second});
        path.resize(path.rfind('/'));
    }
    if (is_folder(top)) groups.push_back({top, second});
}

std::vector<control_group> control_groups(const std::string & root, const std::string & controller) {
    std::vector<control_group> groups;
    std::ifstream in(root + "/proc/self/cgroup");
    for (std::string line; std::getline(in, line);) { // number:controllers:path, with no controllers in version 2
        std::istringstream fields(line);
        std::string number, controllers, path;
        if (!std::getline(fields, number, ':') || !std::getline(fields, controllers, ':') ||
            !std::getline(fields, path)) {
            continue;
        }
        if (path.empty() || path[0] != '/') continue;
        const bool second = controllers.empty();
        const std::string top = root + "/sys/fs/cgroup";
        if (second) add_upward(top, path, true, groups);
        if (!second && holds(controllers, controller)) {
            // Mounted under its own name, or under that of all that share the mount ("cpu,cpuacct").
            add_upward(is_folder(top + "/" + controllers) ? top + "/" + controllers : top + "/" + controller, path,
                       false, groups);
        }
    }
    return groups;
}

} // namespace gto
