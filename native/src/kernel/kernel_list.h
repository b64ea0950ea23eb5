// All row kernels, in one list: each has an id, which is its place, and every device that runs kernels has a form of
// each. The host runs them as they are (kernel/launch.h), CUDA by kernel/launch.cuh; whoever adds a kernel adds it
// here.
#pragma once

#include "loss/batch.h"
#include "tree/batch.h"

#include <cstddef>
#include <type_traits>

namespace gto {

template <class... Kernels> struct kernel_types {
    static constexpr int32_t count = (int32_t) sizeof...(Kernels);

    template <class Kernel> static constexpr int32_t id() {
        constexpr bool same[] = {std::is_same_v<Kernel, Kernels>...};
        for (int32_t i = 0; i < count; i++) {
            if (same[i]) return i;
        }
        return -1;
    }
};

using kernel_list = kernel_types<loss_batch, softmax_batch, top_k_batch, reward_batch, walk_batch>;

} // namespace gto
