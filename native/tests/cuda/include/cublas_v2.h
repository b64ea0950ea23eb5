// CUDA on the CPU, for tests: what src/cuda uses of cuBLAS. See tests/cuda/blas.cpp.
#pragma once

#include "cuda_runtime_api.h"

typedef struct cuda_on_cpu_blas * cublasHandle_t;

enum cublasStatus_t {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_NOT_SUPPORTED = 15,
};
enum cublasOperation_t { CUBLAS_OP_N, CUBLAS_OP_T, CUBLAS_OP_C };
enum cublasAtomicsMode_t { CUBLAS_ATOMICS_NOT_ALLOWED, CUBLAS_ATOMICS_ALLOWED };
enum cublasMath_t { CUBLAS_DEFAULT_MATH = 0, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION = 16 };
enum cublasComputeType_t { CUBLAS_COMPUTE_32F = 68 };
enum cublasGemmAlgo_t { CUBLAS_GEMM_DEFAULT = -1 };
enum cudaDataType_t { CUDA_R_32F = 0, CUDA_R_16F = 2, CUDA_R_16BF = 14 };

extern "C" {
CUDA_ON_CPU_API cublasStatus_t cublasCreate(cublasHandle_t * out);
CUDA_ON_CPU_API cublasStatus_t cublasDestroy(cublasHandle_t handle);
CUDA_ON_CPU_API cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream);
CUDA_ON_CPU_API cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void * workspace, size_t bytes);
CUDA_ON_CPU_API cublasStatus_t cublasSetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t mode);
CUDA_ON_CPU_API cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode);
CUDA_ON_CPU_API const char * cublasGetStatusString(cublasStatus_t status);
CUDA_ON_CPU_API cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b,
                                            int m, int n, int k, const void * alpha, const void * a,
                                            cudaDataType_t a_type, int lda, const void * b, cudaDataType_t b_type,
                                            int ldb, const void * beta, void * c, cudaDataType_t c_type, int ldc,
                                            cublasComputeType_t compute, cublasGemmAlgo_t algorithm);
CUDA_ON_CPU_API cublasStatus_t cublasGemmStridedBatchedEx(
    cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b, int m, int n, int k, const void * alpha,
    const void * a, cudaDataType_t a_type, int lda, long long step_a, const void * b, cudaDataType_t b_type, int ldb,
    long long step_b, const void * beta, void * c, cudaDataType_t c_type, int ldc, long long step_c, int batch,
    cublasComputeType_t compute, cublasGemmAlgo_t algorithm);
}
