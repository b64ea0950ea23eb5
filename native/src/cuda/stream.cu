#include "cuda/stream.h"

#include "cuda/error.h"
#include "kernel/launch.cuh"

#include <cstdlib>
#include <new>

namespace gto {

// GTO_CUDA_LANES: threads a block of all kernels, for tests and measurements.
static const char * read_lanes(int32_t & lanes) {
    const char * text = getenv("GTO_CUDA_LANES");
    if (!text || !*text) return nullptr;
    char * end = nullptr;
    const long wanted = strtol(text, &end, 10);
    if (*end || wanted < 32 || wanted > max_lanes || wanted % 32 != 0) {
        return message("GTO_CUDA_LANES: expected a multiple of 32 from 32 to %d, found \"%s\"", max_lanes, text);
    }
    lanes = (int32_t) wanted;
    return nullptr;
}

static const char * fill(accelerator_stream & s, int32_t index) {
    int found = 0;
    if (const char * fault = fault_of(cudaGetDeviceCount(&found), "asking for devices")) return fault;
    if (index < 0 || index >= found) return message("CUDA device: expected 0..%d, found %d", found - 1, index);
    s.device = index;
    if (const char * fault = read_lanes(s.lanes)) return fault;
    if (const char * fault = select_device(s)) return fault;
    // Doesn't wait for the default stream, which others may use.
    if (const char * fault =
            fault_of(cudaStreamCreateWithFlags(&s.stream, cudaStreamNonBlocking), "creating a stream")) {
        return fault;
    }
    constexpr size_t workspace_bytes = (size_t) 32 << 20; // what cuBLAS wants on sm_90
    if (const cudaError_t error = cudaMalloc(&s.workspace, workspace_bytes)) {
        return fault_of_memory(error, workspace_bytes);
    }
    if (const char * fault = fault_of(cublasCreate(&s.blas), "cublasCreate")) return fault;
    if (const char * fault = fault_of(cublasSetStream(s.blas, s.stream), "cublasSetStream")) return fault;
    if (const char * fault = fault_of(cublasSetWorkspace(s.blas, s.workspace, workspace_bytes), "cublasSetWorkspace")) {
        return fault;
    }
    if (const char * fault =
            fault_of(cublasSetAtomicsMode(s.blas, CUBLAS_ATOMICS_NOT_ALLOWED), "cublasSetAtomicsMode")) {
        return fault;
    }
    // F32 products in F32, not in TF32; sums of 16-bit products in F32 to their end.
    const cublasMath_t mode = (cublasMath_t) (CUBLAS_DEFAULT_MATH | CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
    return fault_of(cublasSetMathMode(s.blas, mode), "cublasSetMathMode");
}

const char * select_device(const accelerator_stream & stream) {
    return fault_of(cudaSetDevice(stream.device), "selecting the device");
}

const char * open_stream(int32_t index, accelerator_stream ** out) {
    *out = nullptr;
    auto * stream = new (std::nothrow) accelerator_stream;
    if (!stream) return "no memory for a stream";
    const char * fault = fill(*stream, index);
    if (fault) {
        close_stream(stream);
    } else {
        *out = stream;
    }
    return fault;
}

// What fails here has been told by wait() or read(), or comes too late to matter.
void close_stream(accelerator_stream * stream) {
    if (!stream) return;
    if (stream->stream) {
        cudaSetDevice(stream->device);
        cudaStreamSynchronize(stream->stream);
    }
    if (stream->blas) cublasDestroy(stream->blas);
    if (stream->workspace) cudaFree(stream->workspace);
    if (stream->stream) cudaStreamDestroy(stream->stream);
    delete stream;
}

} // namespace gto
