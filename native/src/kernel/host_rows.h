// Running a kernel over n rows of host memory on behalf of a C API call.
#pragma once

#include "device/queue.h"
#include "kernel/launch.h"

namespace gto {

// Without a device the calling thread does it all; a CPU device shares the rows among its pool.
template <class Kernel> void run_host_rows(gto_device * device, int32_t n, const Kernel & kernel) {
    if (!device) {
        run_rows(0, 1, n, kernel);
        return;
    }
    if (!device->is_cpu()) {
        fail(GTO_E_ARGUMENT, "device %s: the arrays are host memory; expected a CPU device or none",
             device->name.c_str());
    }
    queue q(*device);
    q.kernel([&](int ith, int nth) { run_rows(ith, nth, n, kernel); });
    q.run();
}

} // namespace gto
