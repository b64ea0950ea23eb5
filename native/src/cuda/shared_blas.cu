#include "cuda/shared_blas.h"

#include "cuda/error.h"
#include "cuda/product.h"

#include <map>

namespace gto {

static constexpr size_t workspace_bytes = (size_t) 32 << 20; // what cuBLAS wants on sm_90

std::shared_ptr<shared_blas> shared_blas::of(int device, const char *& fault) {
    static std::mutex mutex;
    static auto * all = new std::map<int, std::weak_ptr<shared_blas>>; // streams may end after this library's statics
    std::lock_guard<std::mutex> lock(mutex);
    std::weak_ptr<shared_blas> & known = (*all)[device];
    std::shared_ptr<shared_blas> blas = known.lock();
    if (blas) return blas;
    blas.reset(new shared_blas);
    fault = blas->open();
    if (fault) return nullptr;
    known = blas;
    return blas;
}

const char * shared_blas::open() {
    if (const cudaError_t error = cudaMalloc(&workspace_, workspace_bytes)) {
        return fault_of_memory(error, workspace_bytes);
    }
    if (const char * fault = fault_of(cudaEventCreateWithFlags(&done_, cudaEventDisableTiming), "creating an event")) {
        return fault;
    }
    if (const char * fault = fault_of(cublasCreate(&handle_), "cublasCreate")) return fault;
    if (const char * fault =
            fault_of(cublasSetAtomicsMode(handle_, CUBLAS_ATOMICS_NOT_ALLOWED), "cublasSetAtomicsMode")) {
        return fault;
    }
    // F32 products in F32, not in TF32; sums of 16-bit products in F32 to their end.
    const cublasMath_t mode = (cublasMath_t) (CUBLAS_DEFAULT_MATH | CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
    return fault_of(cublasSetMathMode(handle_, mode), "cublasSetMathMode");
}

shared_blas::~shared_blas() {
    if (handle_) cublasDestroy(handle_);
    if (done_) cudaEventDestroy(done_);
    if (workspace_) cudaFree(workspace_);
}

const char * shared_blas::work_on(cudaStream_t stream) {
    if (stream_ == stream) return nullptr;
    if (stream_) {
        if (const char * fault = fault_of(cudaEventRecord(done_, stream_), "recording an event")) return fault;
        if (const char * fault = fault_of(cudaStreamWaitEvent(stream, done_, 0), "waiting for an event")) return fault;
    }
    stream_ = nullptr;
    if (const char * fault = fault_of(cublasSetStream(handle_, stream), "cublasSetStream")) return fault;
    if (const char * fault = fault_of(cublasSetWorkspace(handle_, workspace_, workspace_bytes), "cublasSetWorkspace")) {
        return fault;
    }
    stream_ = stream;
    return nullptr;
}

const char * shared_blas::multiply(cudaStream_t stream, const matrix_product & product) {
    std::lock_guard<std::mutex> lock(mutex_);
    const char * fault = work_on(stream);
    return fault ? fault : gto::multiply(handle_, product);
}

void shared_blas::forget(cudaStream_t stream) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stream_ == stream) stream_ = nullptr;
}

} // namespace gto
