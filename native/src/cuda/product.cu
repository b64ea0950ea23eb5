#include "cuda/product.h"

#include "cuda/error.h"

#include <initializer_list>

namespace gto {

static cudaDataType_t data_type(number_type type) {
    switch (type) {
        case number_type::f16: return CUDA_R_16F;
        case number_type::bf16: return CUDA_R_16BF;
        default: return CUDA_R_32F;
    }
}

// cuBLAS's matrices are column-major: ours, read so, are their transposes. Transpose(c) = transpose(b) * transpose(a),
// so that b comes first and m and n change places; each transpose_ asks for the same of the operand as before.
static cublasStatus_t multiply_transposes(cublasHandle_t blas, const matrix_product & p) {
    const cublasOperation_t of_a = p.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N,
                            of_b = p.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
    const float alpha = 1.0f, beta = p.add ? 1.0f : 0.0f;
    const cudaDataType_t type = data_type(p.type);
    const int m = (int) p.n, n = (int) p.m, k = (int) p.k, lda = (int) p.lda, ldb = (int) p.ldb, ldc = (int) p.ldc;
    if (p.batch == 1) {
        return cublasGemmEx(blas, of_b, of_a, m, n, k, &alpha, p.b, type, ldb, p.a, type, lda, &beta, p.c, CUDA_R_32F,
                            ldc, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
    }
    return cublasGemmStridedBatchedEx(blas, of_b, of_a, m, n, k, &alpha, p.b, type, ldb, p.step_b, p.a, type, lda,
                                      p.step_a, &beta, p.c, CUDA_R_32F, ldc, p.step_c, (int) p.batch,
                                      CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
}

const char * multiply(cublasHandle_t blas, const matrix_product & p) {
    for (const int64_t size : {p.m, p.n, p.k, p.lda, p.ldb, p.ldc, p.batch}) {
        if (size < 0 || size > INT32_MAX) {
            return message("product: sizes, lda, ldb, ldc, batch: expected 0..%d, found %lld", INT32_MAX,
                           (long long) size);
        }
    }
    if (p.m == 0 || p.n == 0 || p.batch == 0 || (p.k == 0 && p.add)) return nullptr;
    if (p.k == 0) return "product: k: expected at least 1, found 0";
    const cublasStatus_t status = multiply_transposes(blas, p);
    if (status == CUBLAS_STATUS_SUCCESS) return nullptr;
    return message("cuBLAS: %lld products [%lld x %lld] = [%lld x %lld] * [%lld x %lld] (lda %lld%s, ldb %lld%s, ldc "
                   "%lld) failed: %s",
                   (long long) p.batch, (long long) p.m, (long long) p.n, (long long) p.m, (long long) p.k,
                   (long long) p.k, (long long) p.n, (long long) p.lda, p.transpose_a ? " transposed" : "",
                   (long long) p.ldb, p.transpose_b ? " transposed" : "", (long long) p.ldc,
                   cublasGetStatusString(status));
}

} // namespace gto
