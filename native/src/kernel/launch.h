// Running a kernel over n rows on the host (for CUDA: kernel/launch.cuh).
// A kernel here is an object with `template <class Group> void operator()(Group g, int32_t row) const`.
#pragma once

#include "kernel/group.h"

namespace gto {

// Host: thread ith of nth takes rows [n ith / nth, n (ith + 1) / nth), so the result doesn't depend on timing.
// Made to be called by every thread of a ggml custom op.
template <class Kernel> inline void run_rows(int ith, int nth, int32_t n, const Kernel & kernel) {
    const int32_t last = (int32_t) ((int64_t) n * (ith + 1) / nth);
    for (int32_t row = (int32_t) ((int64_t) n * ith / nth); row < last; ++row) kernel(host_group{}, row);
}

// The kernel as it crosses to a device: bytes between its members are 0, where the compiler can clear them.
template <class Kernel> inline Kernel with_clear_padding(Kernel kernel) {
#if defined(__has_builtin)
#  if __has_builtin(__builtin_clear_padding)
    __builtin_clear_padding(&kernel);
#  endif
#endif
    return kernel;
}

} // namespace gto
