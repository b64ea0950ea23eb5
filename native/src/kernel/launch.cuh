// Running a kernel (see kernel/launch.h) over n rows on a CUDA stream: one block a row, blocks take further rows in
// turn.
#pragma once

#include "kernel/block_group.cuh"

#include <cuda_runtime.h>
#include <type_traits>

namespace gto {

// Threads that a block may have: a multiple of 32. The compiler keeps to the registers that they leave (128 a thread).
constexpr int32_t max_lanes = 512;

// Threads that a kernel's blocks have: Kernel::lanes where it says so.
template <class Kernel, class = void> struct lanes_of { static constexpr int32_t value = 256; };
template <class Kernel> struct lanes_of<Kernel, std::void_t<decltype(Kernel::lanes)>> {
    static constexpr int32_t value = Kernel::lanes;
    static_assert(value >= 32 && value <= max_lanes && value % 32 == 0, "lanes: a multiple of 32, at most max_lanes");
};

template <class Kernel> __global__ void __launch_bounds__(max_lanes) rows_on_blocks(int32_t n, Kernel kernel) {
    __shared__ double scratch[max_lanes / 32];
    for (int32_t row = (int32_t) blockIdx.x; row < n; row += (int32_t) gridDim.x) kernel(block_group(scratch), row);
}

// Returns the launch's error; the work itself is asynchronous. The kernel has been copied when it returns.
template <class Kernel> cudaError_t launch_rows(cudaStream_t stream, int32_t lanes, int32_t n, const Kernel & kernel) {
    static_assert(std::is_trivially_copyable_v<Kernel>, "a kernel goes to the device by its bytes");
    constexpr int32_t max_blocks = 65535;
    if (n <= 0) return cudaSuccess;
    void * arguments[] = {&n, const_cast<Kernel *>(&kernel)};
    return cudaLaunchKernel(rows_on_blocks<Kernel>, dim3((unsigned) (n < max_blocks ? n : max_blocks)),
                            dim3((unsigned) lanes), arguments, 0, stream);
}

} // namespace gto
