#include "tree/cuda.h"

#include "kernel/launch.cuh"

namespace gto {

constexpr int32_t lanes = 64; // a tree has about 60 nodes

cudaError_t launch(cudaStream_t stream, int32_t n_trees, const reward_batch & batch) {
    return launch_rows(stream, lanes, n_trees, batch);
}
cudaError_t launch(cudaStream_t stream, int32_t n_trees, const walk_batch & batch) {
    return launch_rows(stream, lanes, n_trees, batch);
}

} // namespace gto
