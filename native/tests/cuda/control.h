// What tests ask of CUDA on the CPU beside CUDA's own functions.
#pragma once

#include "guarded/guarded_memory.h"

#include "cuda_runtime_api.h"

namespace cuda_on_cpu {

// The device's memory.
CUDA_ON_CPU_API gto_test::guarded_memory & memory();

// Orders of threads, warps and blocks follow from it; GTO_CUDA_SEED sets the first.
CUDA_ON_CPU_API void set_seed(unsigned seed);

// What cudaDriverGetVersion says: 1000 major + 10 minor, 0: there is no driver. With one below the runtime's, calls
// fail as CUDA's do.
CUDA_ON_CPU_API void set_driver_version(int version);

// How many devices there are: 1 unless a test says so.
CUDA_ON_CPU_API void set_devices(int count);

constexpr int runtime_version = 13000;

} // namespace cuda_on_cpu
