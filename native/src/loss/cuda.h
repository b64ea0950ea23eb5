// The row kernels on a CUDA stream. Pointers are device memory; the calls are asynchronous and return the launch's
// error.
#pragma once

#include "loss/batch.h"

#include <cuda_runtime_api.h>

namespace gto {

cudaError_t launch(cudaStream_t stream, int32_t n_rows, const loss_batch & batch);
cudaError_t launch(cudaStream_t stream, int32_t n_rows, const softmax_batch & batch);
cudaError_t launch(cudaStream_t stream, int32_t n_rows, const top_k_batch & batch);

} // namespace gto
