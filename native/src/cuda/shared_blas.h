// cuBLAS on one device, shared by its streams: a handle, and a workspace of a size that doesn't change, so that the
// choice of algorithms doesn't depend on what else is allocated.
#pragma once

#include "device/accelerator.h"

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <memory>
#include <mutex>

namespace gto {

// Products of different streams use the workspace one after another: a stream's first product behind another stream's
// waits for it, on the device. Thread-safe.
class shared_blas {
  public:
    // That of the device, opened with the first of its streams; lives as long as one holds it. Null with a message.
    static std::shared_ptr<shared_blas> of(int device, const char *& fault);
    ~shared_blas();
    shared_blas(const shared_blas &) = delete;
    shared_blas & operator=(const shared_blas &) = delete;

    const char * multiply(cudaStream_t stream, const matrix_product & product);
    // A stream that was synchronised and ends.
    void forget(cudaStream_t stream);

  private:
    shared_blas() = default;
    const char * open();
    const char * work_on(cudaStream_t stream);

    std::mutex mutex_;
    cublasHandle_t handle_ = nullptr;
    void * workspace_ = nullptr;
    cudaEvent_t done_ = nullptr;    // the products of stream_ up to now
    cudaStream_t stream_ = nullptr; // of the last product; null: none
};

} // namespace gto
