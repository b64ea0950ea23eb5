// The CUDA group: one thread block, a multiple of 32 threads.
#pragma once

#include "kernel/group.h"

#include <cuda_runtime.h>

namespace gto {

class block_group {
  public:
    static constexpr int32_t chunk = 64;

    // scratch: shared memory, one double per warp.
    explicit __device__ block_group(double * scratch) : scratch_(scratch) {}

    __device__ int32_t rank() const { return (int32_t) threadIdx.x; }
    __device__ int32_t size() const { return (int32_t) blockDim.x; }
    __device__ void sync() const { __syncthreads(); }
    template <class T> __device__ T sum(T v) const {
        return reduce(v, [](T a, T b) { return a + b; });
    }
    template <class T> __device__ T max(T v) const {
        return reduce(v, [](T a, T b) { return a > b ? a : b; });
    }
    template <class T> __device__ T min(T v) const {
        return reduce(v, [](T a, T b) { return a < b ? a : b; });
    }

  private:
    // Within each warp, then over the warps' results in their order: the result is the same in every lane and every
    // run.
    template <class T, class Op> __device__ T reduce(T v, Op op) const {
        T * shared = (T *) scratch_;
        for (int offset = 16; offset > 0; offset /= 2) v = op(v, __shfl_xor_sync(0xffffffffu, v, offset));
        __syncthreads(); // the last reduction has been read by all
        if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = v;
        __syncthreads();
        v = shared[0];
        for (unsigned warp = 1; warp < blockDim.x / 32; ++warp) v = op(v, shared[warp]);
        return v;
    }

    double * scratch_;
};

} // namespace gto
