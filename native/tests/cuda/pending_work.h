// Work that was given to a stream of CUDA on the CPU and waits until somebody synchronises: as late as a GPU may do it.
#pragma once

#include "cuda_runtime.h"

#include <functional>
#include <map>
#include <vector>

struct cuda_on_cpu_stream {
    struct work {
        const char * name; // for messages; static
        std::function<void()> run;
    };
    std::vector<work> pending;
    int64_t n_given = 0, n_done = 0; // pieces of work
    std::map<cuda_on_cpu_stream *, int64_t>
        waited_for{}; // of other streams: how many are done before what is given now
};

struct cuda_on_cpu_event {
    cuda_on_cpu_stream * stream = nullptr;
    int64_t n_given = 0;
};

namespace cuda_on_cpu {

// The stream that a handle means: null is the default one.
cuda_on_cpu_stream & stream_of(cudaStream_t handle);

inline void defer(cudaStream_t stream, const char * name, std::function<void()> run) {
    stream_of(stream).pending.push_back({name, std::move(run)});
    stream_of(stream).n_given++;
}

// Whether the first n pieces of a stream's work are done before what `later` is given now.
inline bool is_before(cuda_on_cpu_stream & earlier, int64_t n, cuda_on_cpu_stream & later) {
    return &earlier == &later || earlier.n_done >= n || later.waited_for[&earlier] >= n;
}

// Remembers an error for cudaGetLastError, and returns it.
cudaError_t report(cudaError_t error);

} // namespace cuda_on_cpu
