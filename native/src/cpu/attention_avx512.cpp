#include "cpu/attention_sets.h"
#include "cpu/instruction_sets.h"

#if defined(GTO_AVX512_KERNELS)

#  include <cstring>
#  include <immintrin.h>

#  pragma GCC diagnostic ignored "-Wuninitialized" // GCC 12's own header
#  pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c")

// Each of these needs those before it.
// clang-format off
#  include "cpu/float_lanes_avx512.h"
#  include "cpu/float_rows_block.h"
#  include "cpu/attention_block.h"
// clang-format on

#  pragma GCC pop_options

namespace gto {

const attention_kernel * attention_avx512() {
    static constexpr attention_kernel kernel = {lanes::name, attention_scratch_bytes, attend};
    return has_avx512() ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const attention_kernel * attention_avx512() { return nullptr; }
} // namespace gto

#endif
