#include "cpu/attention_sets.h"
#include "cpu/instruction_sets.h"

#if defined(GTO_AVX2_KERNELS)

#  include <cstring>
#  include <immintrin.h>

#  pragma GCC push_options
#  pragma GCC target("avx2,fma,f16c")

// Each of these needs those before it.
// clang-format off
#  include "cpu/float_lanes_avx2.h"
#  include "cpu/float_rows_block.h"
#  include "cpu/attention_block.h"
// clang-format on

#  pragma GCC pop_options

namespace gto {

const attention_kernel * attention_avx2() {
    static constexpr attention_kernel kernel = {lanes::name, attention_scratch_bytes, attend};
    return has_avx2() ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const attention_kernel * attention_avx2() { return nullptr; }
} // namespace gto

#endif
