// The tree kernels on a CUDA stream. Pointers are device memory; the calls are asynchronous and return the launch's
// error. Nothing is validated: parents in order and begins are the caller's duty.
#pragma once

#include "tree/batch.h"

#include <cuda_runtime_api.h>

namespace gto {

cudaError_t launch(cudaStream_t stream, int32_t n_trees, const reward_batch & batch);
cudaError_t launch(cudaStream_t stream, int32_t n_trees, const walk_batch & batch);

} // namespace gto
