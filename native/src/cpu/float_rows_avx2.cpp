#include "cpu/float_rows_sets.h"
#include "cpu/instruction_sets.h"

#if defined(GTO_AVX2_KERNELS)

#  include <cstring>
#  include <immintrin.h>

#  pragma GCC push_options
#  pragma GCC target("avx2,fma,f16c")

#  include "cpu/float_lanes_avx2.h"
#  include "cpu/float_rows_block.h"

#  pragma GCC pop_options

namespace gto {

const float_rows_kernel * float_rows_avx2() {
    static constexpr float_rows_kernel kernel = {lanes::name, multiply_float_rows};
    return has_avx2() ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const float_rows_kernel * float_rows_avx2() { return nullptr; }
} // namespace gto

#endif
