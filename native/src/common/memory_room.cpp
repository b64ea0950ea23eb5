#include "common/memory_room.h"

#include "common/control_groups.h"
#include "common/status.h"

#include "gto4j/common.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace gto {

namespace {

constexpr int64_t kilobyte = 1024;
constexpr int64_t few_bytes = 4 << 20;

using room = std::optional<memory_room>;

std::optional<int64_t> kilobytes_in(const std::string & file, const std::string & key) {
    const auto n = number_in(file, key + ":");
    return n ? std::optional<int64_t>(*n * kilobyte) : std::nullopt;
}

void add(room & least, std::optional<int64_t> bytes, const std::string & limit) {
    if (bytes && (!least || *bytes < least->bytes)) least = memory_room{std::max<int64_t>(*bytes, 0), limit};
}

// The limit less what is used and can't be dropped. Version 1 says a number near 2^63 where there is no limit.
void add_group(room & least, const control_group & group) {
    const std::string folder = group.folder + "/",
                      file = folder + (group.second ? "memory.max" : "memory.limit_in_bytes");
    const auto most = number_in(file),
               used = number_in(folder + (group.second ? "memory.current" : "memory.usage_in_bytes"));
    if (!most || !used) return;
    int64_t droppable = 0;
    for (const char * name : {"inactive_file ", "active_file "}) {
        droppable += number_in(folder + "memory.stat", (group.second ? "" : "total_") + std::string(name)).value_or(0);
    }
    add(least, *most - std::max<int64_t>(*used - droppable, 0),
        "the control group's limit of " + in_bytes(*most) + " (" + file + ")");
}

// Of /proc/self/limits, and what of /proc/self/status counts against it.
void add_own(room & least, const std::string & root, const char * name, const char * counts) {
    const auto most = number_in(root + "/proc/self/limits", name),
               used = kilobytes_in(root + "/proc/self/status", counts);
    if (most && used) {
        add(least, *most - *used,
            std::string("this process's limit of ") + in_bytes(*most) + " (" + name + ", ulimit)");
    }
}

void add_variable(room & least, const std::string & root) {
    const char * text = getenv("GTO4J_MEMORY_LIMIT");
    if (!text || !*text) return;
    char * end = nullptr;
    const double number = strtod(text, &end);
    const double unit = *end == 'G' ? 1 << 30 : *end == 'M' ? 1 << 20 : *end == 'K' ? 1 << 10 : 1;
    if (end == text || !(number >= 0) || (*end && (unit == 1 || end[1]))) {
        fail(GTO_E_ARGUMENT, "GTO4J_MEMORY_LIMIT: expected bytes, or a number with K, M or G, found \"%s\"", text);
    }
    const int64_t most = (int64_t) std::min(number * unit, 9e18);
    add(least, most - kilobytes_in(root + "/proc/self/status", "RssAnon").value_or(0),
        "GTO4J_MEMORY_LIMIT of " + in_bytes(most));
}

} // namespace

std::string in_bytes(int64_t bytes) {
    static const char * units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double number = (double) bytes;
    int unit = 0;
    for (; number >= 1024 && unit < 6; unit++) number /= 1024;
    char text[64];
    snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", number, units[unit]);
    return text;
}

room room_for_memory(const std::string & root) {
    room least;
    add(least, kilobytes_in(root + "/proc/meminfo", "MemAvailable"), "free memory of this machine");
    for (const control_group & group : control_groups(root, "memory")) add_group(least, group);
    add_own(least, root, "Max address space", "VmSize");
    add_own(least, root, "Max data size", "VmData");
    add_own(least, root, "Max resident set", "VmRSS");
    add_variable(least, root);
    return least;
}

void require_memory(const std::string & what, int64_t bytes) {
    if (bytes < few_bytes) return;
    const room left = room_for_memory();
    if (left && bytes > left->bytes) {
        fail(GTO_E_MEMORY, "%s: %s needed, %s left of %s", what.c_str(), in_bytes(bytes).c_str(),
             in_bytes(left->bytes).c_str(), left->limit.c_str());
    }
}

} // namespace gto

static thread_local std::string last_limit;

gto_status gto_memory_available(int64_t * bytes) {
    return gto::guard([&] {
        gto::require(bytes != nullptr, "bytes is null");
        const auto left = gto::room_for_memory();
        *bytes = left ? left->bytes : -1;
        last_limit = left ? left->limit : "";
    });
}

const char * gto_memory_limit(void) { return last_limit.c_str(); }
