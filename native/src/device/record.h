// Recording row kernels (kernel/launch.h), the same for every device: a CPU runs the host's form of the kernel, an
// accelerated device its own.
#pragma once

#include "device/queue.h"
#include "kernel/kernel_list.h"
#include "kernel/launch.h"

namespace gto {

// The kernel over rows 0..n-1. Its pointers are the device's; queue::here() and back() make some.
template <class Kernel> void record_rows(queue & q, int64_t n, const Kernel & kernel) {
    static_assert(kernel_list::id<Kernel>() >= 0, "kernel/kernel_list.h names all kernels");
    if (q.is_accelerated()) {
        q.launch(kernel_list::id<Kernel>(), n, &kernel, sizeof kernel);
    } else {
        q.kernel([=](int ith, int nth) { run_rows(ith, nth, (int32_t) n, kernel); });
    }
}

// The same at once, by the calling thread, where what was recorded before isn't needed. On an accelerated device it
// follows what was recorded, as always.
template <class Kernel> void compute_rows(queue & q, int64_t n, const Kernel & kernel) {
    if (q.is_accelerated()) {
        record_rows(q, n, kernel);
    } else {
        run_rows(0, 1, (int32_t) n, kernel);
    }
}

struct nothing {};

// c = a * transpose(b) of rows that `make` makes, whose results `take` takes; either may be nothing{}. Kernels beside
// their call over rows have
//   make(Group, int64_t row, float * to, bool kept)        row of a, at `to`; kept: `to` is a's own row
//   take(Group, int64_t row, int64_t first, int64_t last)  results [first, last) of each part of the weights;
// on a CPU they are part of the product (see row_product), and `multiple` is result_step's. What takes results and
// isn't in kernel_list is for CPUs alone.
template <class Make, class Take> void record_product(queue & q, const matrix & c, const matrix & a, const weights & b,
                                                      const Make & make, const Take & take, int64_t multiple = 16) {
    constexpr bool makes = !std::is_same_v<Make, nothing>, takes = !std::is_same_v<Take, nothing>;
    if (q.is_accelerated()) {
        if constexpr (makes) record_rows(q, a.rows, make);
        q.product(c, a, b);
        if constexpr (kernel_list::id<Take>() >= 0) record_rows(q, c.rows, take);
        return;
    }
    row_maker maker;
    result_step step;
    if constexpr (makes) {
        maker = [make](int64_t i, float * to, bool kept) { make.make(host_group{}, i, to, kept); };
    }
    if constexpr (takes) {
        step = {[take](int64_t i, int64_t first, int64_t last) { take.take(host_group{}, i, first, last); }, multiple};
    }
    q.product(c, a, b, std::move(maker), std::move(step));
}

} // namespace gto
