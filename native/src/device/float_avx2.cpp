#include "device/float_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)

#  include <cstring>
#  include <immintrin.h>

#  pragma GCC push_options
#  pragma GCC target("avx2,fma")

namespace gto {
namespace {

struct lanes {
    typedef float vec __attribute__((vector_size(32)));
    static constexpr const char * name = "AVX2";
    static constexpr int rows = 4, vectors = 3;

    static __m256i mask(int64_t n) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32((int) n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
    static vec load(const float * p, int64_t n) { return (vec) _mm256_maskload_ps(p, mask(n)); }
    static void store(float * p, int64_t n, vec v) { _mm256_maskstore_ps(p, mask(n), (__m256) v); }
};

} // namespace
} // namespace gto

#  include "device/float_block.h"

#  pragma GCC pop_options

namespace gto {

const float_kernel * float_kernel_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const float_kernel * float_kernel_avx2() { return nullptr; }
} // namespace gto

#endif
