#include "cuda/error.h"

#include <cstdarg>
#include <cstdio>

namespace gto {

const char * message(const char * format, ...) {
    static thread_local char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

// Versions are 1000 major + 10 minor; a driver's is 0 where there is none.
static const char * fault_of_driver() {
    int driver = 0, runtime = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess) driver = 0;
    cudaRuntimeGetVersion(&runtime);
    if (driver == 0) {
        return message("no CUDA driver: expected one for CUDA %d.%d or later", runtime / 1000, runtime % 1000 / 10);
    }
    return message("CUDA driver too old: expected one for CUDA %d.%d or later, found CUDA %d.%d", runtime / 1000,
                   runtime % 1000 / 10, driver / 1000, driver % 1000 / 10);
}

const char * fault_of(cudaError_t error, const char * doing) {
    if (error == cudaSuccess) return nullptr;
    cudaGetLastError();
    if (error == cudaErrorInsufficientDriver) return fault_of_driver();
    if (error == cudaErrorNoDevice) return message("no CUDA device found, though there is a driver");
    if (error == cudaErrorMemoryAllocation) return message("CUDA: no memory left for %s", doing);
    return message("CUDA: %s failed: %s", doing, cudaGetErrorString(error));
}

const char * fault_of(cublasStatus_t status, const char * doing) {
    if (status == CUBLAS_STATUS_SUCCESS) return nullptr;
    return message("cuBLAS: %s failed: %s", doing, cublasGetStatusString(status));
}

const char * fault_of_memory(cudaError_t error, size_t bytes) {
    if (error != cudaErrorMemoryAllocation) return fault_of(error, "allocating memory");
    cudaGetLastError();
    size_t free = 0, total = 0;
    if (cudaMemGetInfo(&free, &total) != cudaSuccess) return message("CUDA: out of memory: %zu bytes asked", bytes);
    return message("CUDA: out of memory: %zu bytes asked, %zu of %zu free", bytes, free, total);
}

} // namespace gto
