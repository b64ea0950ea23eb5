// Running a kernel over n rows on the host (for CUDA: kernel/launch.cuh).
// A kernel here is an object with `template <class Group> void operator()(Group g, int32_t row) const`. Numbers of 4
// bytes beside its pointers come in pairs, or are 8 bytes long: bytes that belong to no member hold anything, and on a
// test device they could look like an address of the host's.
#pragma once

#include "kernel/group.h"

namespace gto {

// Host: thread ith of nth takes rows [n ith / nth, n (ith + 1) / nth), so the result doesn't depend on timing.
// Made to be called by every thread of a ggml custom op.
template <class Kernel> inline void run_rows(int ith, int nth, int32_t n, const Kernel & kernel) {
    const int32_t last = (int32_t) ((int64_t) n * (ith + 1) / nth);
    for (int32_t row = (int32_t) ((int64_t) n * ith / nth); row < last; ++row) kernel(host_group{}, row);
}

} // namespace gto
