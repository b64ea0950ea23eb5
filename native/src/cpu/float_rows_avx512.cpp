#include "cpu/float_rows_sets.h"
#include "cpu/instruction_sets.h"

#if defined(GTO_AVX512_KERNELS)

#  include <cstring>
#  include <immintrin.h>

#  pragma GCC diagnostic ignored "-Wuninitialized" // GCC 12's own header
#  pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c")

#  include "cpu/float_lanes_avx512.h"
#  include "cpu/float_rows_block.h"

#  pragma GCC pop_options

namespace gto {

const float_rows_kernel * float_rows_avx512() {
    static constexpr float_rows_kernel kernel = {lanes::name, multiply_float_rows};
    return has_avx512() ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const float_rows_kernel * float_rows_avx512() { return nullptr; }
} // namespace gto

#endif
