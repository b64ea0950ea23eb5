#include "cpu/instruction_sets.h"
#include "cpu/integer_kernel.h"
#include "cpu/quant_layout.h"

#if defined(GTO_AVX2_KERNELS)

#  include <algorithm>
#  include <cstring>
#  include <immintrin.h>
#  include <utility>

#  pragma GCC push_options
#  pragma GCC target("avx2,fma,f16c")

#  include "cpu/integer_lanes_256.h"

namespace gto {
namespace {

struct lanes : lanes_256 {
    static constexpr const char * name = "AVX2";
    static constexpr int rows = 4;
    static constexpr int strips_together(int bits) { return bits <= 5 ? 2 : 1; }

    typedef int16_t shorts __attribute__((vector_size(32)));
    static shorts pair_sums(bytes w, ints a) { return (shorts) _mm256_maddubs_epi16((__m256i) w, (__m256i) a); }
    static ints weighted(shorts pairs, int16_t factor) {
        return (ints) _mm256_madd_epi16((__m256i) pairs, _mm256_set1_epi16(factor));
    }
};

} // namespace
} // namespace gto

#  include "cpu/integer_pairs.h"

#  include "cpu/integer_block.h"

#  pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_avx2() { return has_avx2() ? &kernel : nullptr; }

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_avx2() { return nullptr; }
} // namespace gto

#endif
