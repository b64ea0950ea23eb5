#include "cpu/instruction_sets.h"
#include "cpu/integer_kernel.h"
#include "cpu/quant_layout.h"

#if defined(GTO_AVX512_VNNI_KERNELS)

#  include <algorithm>
#  include <cstring>
#  include <immintrin.h>
#  include <utility>

#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx512vnni,avx2,fma,f16c")
#  pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // in GCC 12's own header

#  include "cpu/integer_lanes_512.h"

namespace gto {
namespace {

struct lanes : lanes_512 {
    static constexpr const char * name = "AVX-512 VNNI";
    static constexpr int rows = 8;
    static constexpr int strips_together(int) { return 1; }

    template <class V> static void settle(V &) {} // a dot product takes its activations from memory
    static ints dot(ints sum, bytes w, ints a) {
        return (ints) _mm512_dpbusd_epi32((__m512i) sum, (__m512i) w, (__m512i) a);
    }
};

} // namespace
} // namespace gto

#  include "cpu/integer_dots.h"

#  include "cpu/integer_block.h"

#  pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_avx512_vnni() {
    return has_avx512() && __builtin_cpu_supports("avx512vnni") ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_avx512_vnni() { return nullptr; }
} // namespace gto

#endif
