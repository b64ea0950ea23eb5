// A stream of a CUDA device.
#pragma once

#include "cuda/shared_blas.h"

#include <cuda_runtime_api.h>

namespace gto {

struct accelerator_stream {
    int device = 0;
    cudaStream_t stream = nullptr;
    std::shared_ptr<shared_blas> blas;
    int32_t lanes = 0; // of all kernels; 0: as each of them says
};

// Functions of the table (device/accelerator.h).
const char * open_stream(int32_t index, accelerator_stream ** out);
void close_stream(accelerator_stream * stream);

// A thread has one current device; every call begins with its stream's.
const char * select_device(const accelerator_stream & stream);

} // namespace gto
