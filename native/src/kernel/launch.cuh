// Running a kernel (see kernel/launch.h) over n rows on a CUDA stream: one block a row, blocks take further rows in
// turn.
#pragma once

#include "kernel/block_group.cuh"

#include <cuda_runtime.h>

namespace gto {

template <class Kernel> __global__ void rows_on_blocks(int32_t n, Kernel kernel) {
    __shared__ double scratch[32];
    for (int32_t row = (int32_t) blockIdx.x; row < n; row += (int32_t) gridDim.x) kernel(block_group(scratch), row);
}

// lanes: threads a block, a multiple of 32, at most 1024. Returns the launch's error; the work itself is asynchronous.
template <class Kernel> cudaError_t launch_rows(cudaStream_t stream, int32_t lanes, int32_t n, const Kernel & kernel) {
    constexpr int32_t max_blocks = 65535;
    if (n <= 0) return cudaSuccess;
    const int32_t blocks = n < max_blocks ? n : max_blocks;
    // clang-format off
    rows_on_blocks<<<blocks, lanes, 0, stream>>>(n, kernel);
    // clang-format on
    return cudaGetLastError();
}

} // namespace gto
