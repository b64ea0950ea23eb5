// CUDA on the CPU, for tests: kernels. A block's threads are fibers; see tests/cuda/block.h.
#pragma once

#include "cuda_runtime_api.h"

#include <cstring>
#include <functional>
#include <tuple>
#include <utility>

struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

struct uint3 {
    unsigned x, y, z;
};

// Of the thread that runs.
CUDA_ON_CPU_API extern uint3 threadIdx, blockIdx;
CUDA_ON_CPU_API extern dim3 blockDim, gridDim;

namespace cuda_on_cpu {

// Where in the source a thread stops.
struct place {
    const char * file;
    int line;
};

CUDA_ON_CPU_API void synchronize_block(place at);
// Gives this lane's bits and returns those of another lane of its warp.
CUDA_ON_CPU_API uint64_t exchange(unsigned mask, uint64_t bits, unsigned lane, place at);

struct argument {
    const void * at;
    size_t bytes;
};

// name: of the kernel, for messages; it outlives the work.
CUDA_ON_CPU_API cudaError_t launch(dim3 grid, dim3 block, const argument * arguments, size_t n_arguments,
                                   cudaStream_t stream, const char * name, std::function<void()> kernel);

template <class... Arguments, size_t... i> cudaError_t launch_with(void (*kernel)(Arguments...), dim3 grid, dim3 block,
                                                                   void ** given, cudaStream_t stream,
                                                                   const char * name, std::index_sequence<i...>) {
    const argument arguments[] = {{given[i], sizeof(Arguments)}...};
    std::tuple<Arguments...> copy(*(Arguments *) given[i]...);
    return launch(grid, block, arguments, sizeof...(Arguments), stream, name,
                  [kernel, copy = std::move(copy)] { std::apply(kernel, copy); });
}

} // namespace cuda_on_cpu

inline void __syncthreads(const char * file = __builtin_FILE(), int line = __builtin_LINE()) {
    cuda_on_cpu::synchronize_block({file, line});
}

template <class T> T __shfl_xor_sync(unsigned mask, T value, int lanes, const char * file = __builtin_FILE(),
                                     int line = __builtin_LINE()) {
    static_assert(sizeof value <= sizeof(uint64_t), "a shuffle moves at most 8 bytes");
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    bits = cuda_on_cpu::exchange(mask, bits, threadIdx.x % 32 ^ (unsigned) lanes, {file, line});
    memcpy(&value, &bits, sizeof value);
    return value;
}

template <class... Arguments> cudaError_t cudaLaunchKernel(void (*kernel)(Arguments...), dim3 grid, dim3 block,
                                                           void ** arguments, size_t = 0,
                                                           cudaStream_t stream = nullptr) {
    return cuda_on_cpu::launch_with(kernel, grid, block, arguments, stream, __PRETTY_FUNCTION__,
                                    std::index_sequence_for<Arguments...>());
}
