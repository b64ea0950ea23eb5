#include "cpu/attention_sets.h"

// Each of these needs those before it.
// clang-format off
#include "cpu/float_lanes_portable.h"
#include "cpu/float_rows_block.h"
#include "cpu/attention_block.h"
// clang-format on

namespace gto {

const attention_kernel * attention_portable() {
    static constexpr attention_kernel kernel = {lanes::name, attention_scratch_bytes, attend};
    return &kernel;
}

const std::vector<const attention_kernel *> & attention_kernels() {
    static const std::vector<const attention_kernel *> kernels = [] {
        std::vector<const attention_kernel *> all;
        for (const attention_kernel * k :
             {attention_avx512(), attention_avx2(), attention_neon(), attention_portable()}) {
            if (k) all.push_back(k);
        }
        return all;
    }();
    return kernels;
}

} // namespace gto
