#include "cpu/instruction_sets.h"
#include "cpu/integer_kernel.h"
#include "cpu/quant_layout.h"

#if defined(GTO_AVX_VNNI_KERNELS)

#  include <algorithm>
#  include <cstring>
#  include <immintrin.h>
#  include <utility>

#  pragma GCC push_options
#  pragma GCC target("avxvnni,avx2,fma,f16c")

#  include "cpu/integer_lanes_256.h"

namespace gto {
namespace {

struct lanes : lanes_256 {
    static constexpr const char * name = "AVX-VNNI";
    static constexpr int rows = 4;
    static constexpr int strips_together(int) { return 2; }

    static ints dot(ints sum, bytes w, ints a) {
        return (ints) _mm256_dpbusd_avx_epi32((__m256i) sum, (__m256i) w, (__m256i) a);
    }
};

} // namespace
} // namespace gto

#  include "cpu/integer_dots.h"

#  include "cpu/integer_block.h"

#  pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_avx_vnni() {
    return has_avx2() && __builtin_cpu_supports("avxvnni") ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_avx_vnni() { return nullptr; }
} // namespace gto

#endif
