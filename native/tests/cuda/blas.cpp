// CUDA on the CPU: cuBLAS's products of column-major matrices, by plain loops when their stream is synchronised.
#include "cuda/control.h"
#include "cuda/pending_work.h"
#include "guarded/strided_product.h"

#include "cublas_v2.h"

#include <algorithm>

using gto::number_type;

struct cuda_on_cpu_blas {
    cudaStream_t stream = nullptr;
    void * workspace = nullptr;
    // of the last product in the workspace
    cudaStream_t last = nullptr;
    int64_t n_given = 0;
    bool exact = false; // no reduced sums
};

namespace cuda_on_cpu {

namespace {

// A column-major operand as it lies: `rows` x `columns`, columns ld apart.
struct operand {
    const char * what;
    const void * data;
    cudaDataType_t type;
    int64_t rows, columns, ld;
    long long step;
};

size_t element_bytes(cudaDataType_t type) { return type == CUDA_R_32F ? 4 : 2; }

number_type type_of(cudaDataType_t type) {
    return type == CUDA_R_16F ? number_type::f16 : type == CUDA_R_16BF ? number_type::bf16 : number_type::f32;
}

void require(const operand & o, int batch) {
    const size_t element = element_bytes(o.type);
    memory().require(o.data, gto_test::bytes_of(o.columns, o.rows, o.ld, batch, o.step, element), o.what);
    if ((uintptr_t) o.data % element != 0) gto_test::die("%s: not aligned to its elements", o.what);
}

gto_test::strided element(const operand & o, bool transpose, int b) {
    const void * data = (const char *) o.data + b * o.step * (long long) element_bytes(o.type);
    return transpose ? gto_test::strided{data, o.ld, 1} : gto_test::strided{data, 1, o.ld};
}

} // namespace

} // namespace cuda_on_cpu

using namespace cuda_on_cpu;

cublasStatus_t cublasCreate(cublasHandle_t * out) {
    *out = new cuda_on_cpu_blas;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle) {
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

// As cuBLAS: the workspace is the default one again.
cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
    handle->stream = stream;
    handle->workspace = nullptr;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void * workspace, size_t bytes) {
    memory().require(workspace, bytes, "cublasSetWorkspace");
    handle->workspace = workspace;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetAtomicsMode(cublasHandle_t, cublasAtomicsMode_t mode) {
    if (mode != CUBLAS_ATOMICS_NOT_ALLOWED) gto_test::die("cublasSetAtomicsMode: results of atomics don't repeat");
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
    handle->exact = (mode & CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION) != 0;
    return CUBLAS_STATUS_SUCCESS;
}

const char * cublasGetStatusString(cublasStatus_t status) {
    switch (status) {
        case CUBLAS_STATUS_SUCCESS: return "success";
        case CUBLAS_STATUS_NOT_INITIALIZED: return "the library was not initialized";
        case CUBLAS_STATUS_INVALID_VALUE: return "an unsupported value or parameter was passed to the function";
        case CUBLAS_STATUS_NOT_SUPPORTED: return "the functionality requested is not supported";
    }
    return "unknown";
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b, int m,
                                          int n, int k, const void * alpha, const void * a, cudaDataType_t a_type,
                                          int lda, long long step_a, const void * b, cudaDataType_t b_type, int ldb,
                                          long long step_b, const void * beta, void * c, cudaDataType_t c_type, int ldc,
                                          long long step_c, int batch, cublasComputeType_t compute, cublasGemmAlgo_t) {
    const bool turn_a = of_a != CUBLAS_OP_N, turn_b = of_b != CUBLAS_OP_N;
    const operand left = {"matrix a of a product", a, a_type, turn_a ? k : m, turn_a ? m : k, lda, step_a};
    const operand right = {"matrix b of a product", b, b_type, turn_b ? n : k, turn_b ? k : n, ldb, step_b};
    const operand result = {"matrix c of a product", c, c_type, m, n, ldc, step_c};
    if (m < 0 || n < 0 || k < 0 || batch < 0) return CUBLAS_STATUS_INVALID_VALUE;
    for (const operand & o : {left, right, result}) {
        if (o.ld < std::max<int64_t>(1, o.rows)) return CUBLAS_STATUS_INVALID_VALUE;
    }
    if (a_type != b_type || c_type != CUDA_R_32F || compute != CUBLAS_COMPUTE_32F) return CUBLAS_STATUS_NOT_SUPPORTED;
    if (m == 0 || n == 0 || batch == 0) return CUBLAS_STATUS_SUCCESS;
    if (!handle->workspace) gto_test::die("a product in a workspace that others share: its bits don't repeat");
    if (handle->last && !is_before(*handle->last, handle->n_given, stream_of(handle->stream))) {
        gto_test::die("a product in a workspace that another stream's product may be using");
    }
    if (a_type != CUDA_R_32F && !handle->exact) gto_test::die("a product of 16-bit numbers whose sums may be reduced");
    if (a == c || b == c) gto_test::die("a product whose result is one of its operands");
    const float scale = *(const float *) alpha, kept = *(const float *) beta;
    const auto check = [=] {
        for (const operand & o : {left, right, result}) require(o, batch);
    };
    check();
    defer(handle->stream, "a product", [=] {
        check();
        for (int i = 0; i < batch; i++) {
            gto_test::multiply_strided(m, n, k, type_of(a_type), scale, element(left, turn_a, i),
                                       element(right, turn_b, i), kept, (float *) c + i * step_c, 1, ldc);
        }
    });
    handle->last = handle->stream;
    handle->n_given = stream_of(handle->stream).n_given;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b, int m, int n, int k,
                            const void * alpha, const void * a, cudaDataType_t a_type, int lda, const void * b,
                            cudaDataType_t b_type, int ldb, const void * beta, void * c, cudaDataType_t c_type, int ldc,
                            cublasComputeType_t compute, cublasGemmAlgo_t algorithm) {
    return cublasGemmStridedBatchedEx(handle, of_a, of_b, m, n, k, alpha, a, a_type, lda, 0, b, b_type, ldb, 0, beta, c,
                                      c_type, ldc, 0, 1, compute, algorithm);
}
