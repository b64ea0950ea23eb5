// A stream of a CUDA device, with a cuBLAS handle that works on it.
#pragma once

#include "device/accelerator.h"

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

namespace gto {

struct accelerator_stream {
    int device = 0;
    cudaStream_t stream = nullptr;
    cublasHandle_t blas = nullptr;
    void * workspace = nullptr; // cuBLAS's, so that its choice of algorithms doesn't depend on what else is allocated
    int32_t lanes = 0;          // of all kernels; 0: as each of them says
};

// Functions of the table (device/accelerator.h).
const char * open_stream(int32_t index, accelerator_stream ** out);
void close_stream(accelerator_stream * stream);
const char * multiply(accelerator_stream * stream, const matrix_product & product);

// A thread has one current device; every call begins with its stream's.
const char * select_device(const accelerator_stream & stream);

} // namespace gto
