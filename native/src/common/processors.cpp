#include "common/processors.h"

#include "common/control_groups.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sched.h>
#include <thread>
#include <vector>

namespace gto {

// A machine may have more processors than cpu_set_t holds.
static int32_t processors_of_affinity() {
    for (size_t most = CPU_SETSIZE; most <= 64 * CPU_SETSIZE; most *= 2) {
        std::vector<cpu_set_t> set((most + CPU_SETSIZE - 1) / CPU_SETSIZE);
        const size_t bytes = set.size() * sizeof(cpu_set_t);
        if (sched_getaffinity(0, bytes, set.data()) == 0) return std::max(1, CPU_COUNT_S(bytes, set.data()));
    }
    return std::max(1, (int32_t) std::thread::hardware_concurrency());
}

// Processor time a period of the wall clock; infinite without a quota.
static double quota(const control_group & group) {
    double most = -1, period = 0;
    if (group.second) {
        std::ifstream(group.folder + "/cpu.max") >> most >> period; // "max 100000" leaves both as they are, or 0
    } else {
        most = (double) number_in(group.folder + "/cpu.cfs_quota_us").value_or(-1);
        period = (double) number_in(group.folder + "/cpu.cfs_period_us").value_or(0);
    }
    return most > 0 && period > 0 ? most / period : INFINITY;
}

int32_t usable_processors(const std::string & root) {
    double least = processors_of_affinity();
    for (const control_group & group : control_groups(root, "cpu")) least = std::min(least, std::ceil(quota(group)));
    return std::max(1, (int32_t) least);
}

} // namespace gto
