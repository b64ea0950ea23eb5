// Work that was given to a stream of CUDA on the CPU and waits until somebody synchronises: as late as a GPU may do it.
#pragma once

#include "cuda_runtime.h"

#include <functional>
#include <vector>

struct cuda_on_cpu_stream {
    struct work {
        const char * name; // for messages; static
        std::function<void()> run;
    };
    std::vector<work> pending;
};

namespace cuda_on_cpu {

// The stream that a handle means: null is the default one.
cuda_on_cpu_stream & stream_of(cudaStream_t handle);

inline void defer(cudaStream_t stream, const char * name, std::function<void()> run) {
    stream_of(stream).pending.push_back({name, std::move(run)});
}

// Remembers an error for cudaGetLastError, and returns it.
cudaError_t report(cudaError_t error);

} // namespace cuda_on_cpu
