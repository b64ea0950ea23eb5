#include "cpu/instruction_sets.h"
#include "cpu/integer_kernel.h"
#include "cpu/quant_layout.h"

#if defined(GTO_AVX512_KERNELS)

#  include <algorithm>
#  include <cstring>
#  include <immintrin.h>
#  include <utility>

#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c")
#  pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // in GCC 12's own header

#  include "cpu/integer_lanes_512.h"

namespace gto {
namespace {

struct lanes : lanes_512 {
    static constexpr const char * name = "AVX-512";
    static constexpr int rows = 8;
    static constexpr int strips_together(int) { return 1; }

    typedef int16_t shorts __attribute__((vector_size(64)));
    static shorts pair_sums(bytes w, ints a) { return (shorts) _mm512_maddubs_epi16((__m512i) w, (__m512i) a); }
    static ints weighted(shorts pairs, int16_t factor) {
        return (ints) _mm512_madd_epi16((__m512i) pairs, _mm512_set1_epi16(factor));
    }
};

} // namespace
} // namespace gto

#  include "cpu/integer_pairs.h"

#  include "cpu/integer_block.h"

#  pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_avx512() { return has_avx512() ? &kernel : nullptr; }

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_avx512() { return nullptr; }
} // namespace gto

#endif
