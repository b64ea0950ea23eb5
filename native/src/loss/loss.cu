#include "loss/cuda.h"

#include "kernel/launch.cuh"

namespace gto {

constexpr int32_t lanes = 512;

cudaError_t launch(cudaStream_t stream, int32_t n_rows, const loss_batch & batch) {
    return launch_rows(stream, lanes, n_rows, batch);
}
cudaError_t launch(cudaStream_t stream, int32_t n_rows, const softmax_batch & batch) {
    return launch_rows(stream, lanes, n_rows, batch);
}
cudaError_t launch(cudaStream_t stream, int32_t n_rows, const top_k_batch & batch) {
    return launch_rows(stream, lanes, n_rows, batch);
}

} // namespace gto
