// Running a kernel over n rows of the caller's arrays, which are host memory, on behalf of a C API call.
#pragma once

#include "device/record.h"

namespace gto {

// A queue's here(), back() and both(), where the calling thread computes: arrays are what they are.
struct own_memory {
    template <class T> const T * here(const T * values, size_t) const { return values; }
    template <class T> T * back(T * values, size_t) const { return values; }
    template <class T> T * both(T * values, size_t) const { return values; }
};

// kernel(memory): the kernel, whose pointers are those that `memory` (a queue or own_memory) gives for the caller's
// arrays. Without a device the calling thread does it all.
template <class Kernel> void run_host_rows(gto_device * device, int32_t n, const Kernel & kernel) {
    if (!device) {
        run_rows(0, 1, n, kernel(own_memory()));
        return;
    }
    queue q(device->for_drafts());
    record_rows(q, n, kernel(q));
    q.run();
}

} // namespace gto
