// CUDA on the CPU, for tests: what src/cuda uses of the CUDA runtime, with its names and its rules, on memory that is
// closed to the host. See tests/cuda/runtime.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#define __host__
#define __device__
#define __global__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static // blocks run one after the other

#define CUDA_ON_CPU_API __attribute__((visibility("default")))

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorInvalidResourceHandle = 400,
};

enum cudaMemcpyKind { cudaMemcpyHostToHost, cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };

enum cudaMemoryType {
    cudaMemoryTypeUnregistered,
    cudaMemoryTypeHost,
    cudaMemoryTypeDevice,
    cudaMemoryTypeManaged,
};

struct cudaPointerAttributes {
    cudaMemoryType type;
    int device;
    void * devicePointer;
    void * hostPointer;
};

typedef struct cuda_on_cpu_stream * cudaStream_t;
typedef struct cuda_on_cpu_event * cudaEvent_t;
constexpr unsigned cudaStreamNonBlocking = 1;
constexpr unsigned cudaEventDisableTiming = 2;
constexpr unsigned cudaHostAllocDefault = 0;

extern "C" {
CUDA_ON_CPU_API cudaError_t cudaDriverGetVersion(int * version);
CUDA_ON_CPU_API cudaError_t cudaRuntimeGetVersion(int * version);
CUDA_ON_CPU_API cudaError_t cudaGetDeviceCount(int * count);
CUDA_ON_CPU_API cudaError_t cudaSetDevice(int device);
CUDA_ON_CPU_API cudaError_t cudaGetLastError();
CUDA_ON_CPU_API const char * cudaGetErrorString(cudaError_t error);
CUDA_ON_CPU_API cudaError_t cudaMalloc(void ** out, size_t bytes);
CUDA_ON_CPU_API cudaError_t cudaFree(void * memory);
CUDA_ON_CPU_API cudaError_t cudaHostAlloc(void ** out, size_t bytes, unsigned flags);
CUDA_ON_CPU_API cudaError_t cudaFreeHost(void * memory);
CUDA_ON_CPU_API cudaError_t cudaMemGetInfo(size_t * free, size_t * total);
CUDA_ON_CPU_API cudaError_t cudaPointerGetAttributes(cudaPointerAttributes * out, const void * at);
CUDA_ON_CPU_API cudaError_t cudaMemcpyAsync(void * to, const void * from, size_t bytes, cudaMemcpyKind kind,
                                            cudaStream_t stream);
CUDA_ON_CPU_API cudaError_t cudaMemsetAsync(void * to, int value, size_t bytes, cudaStream_t stream);
CUDA_ON_CPU_API cudaError_t cudaStreamCreateWithFlags(cudaStream_t * out, unsigned flags);
CUDA_ON_CPU_API cudaError_t cudaStreamDestroy(cudaStream_t stream);
CUDA_ON_CPU_API cudaError_t cudaStreamSynchronize(cudaStream_t stream);
CUDA_ON_CPU_API cudaError_t cudaEventCreateWithFlags(cudaEvent_t * out, unsigned flags);
CUDA_ON_CPU_API cudaError_t cudaEventDestroy(cudaEvent_t event);
CUDA_ON_CPU_API cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
CUDA_ON_CPU_API cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);
}
