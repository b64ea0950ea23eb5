#include "cpu/integer_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <cstring>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")

namespace gto {
namespace {

struct lanes {
    typedef uint8_t bytes __attribute__((vector_size(32)));
    typedef int32_t ints __attribute__((vector_size(32)));
    typedef float floats __attribute__((vector_size(32)));
    typedef int16_t shorts __attribute__((vector_size(32)));
    static constexpr const char * name = "AVX2";
    static constexpr int rows = 4;

    static bytes load(const uint8_t * p) { return (bytes) _mm256_loadu_si256((const __m256i *) p); }
    static ints splat(const int32_t * p) { return (ints) _mm256_set1_epi32(*p); }
    static floats splat(const float * p) { return (floats) _mm256_broadcast_ss(p); }
    static ints four(const int8_t * p) {
        int32_t v;
        memcpy(&v, p, 4);
        return (ints) _mm256_set1_epi32(v);
    }
    static floats halves(const uint8_t * p) { return (floats) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) p)); }
    static ints widen(const uint8_t * p) { return (ints) _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *) p)); }
    static ints widen(const int8_t * p) { return (ints) _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *) p)); }
    static bytes lookup(const uint8_t * table, bytes codes) {
        return (bytes) _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *) table)), (__m256i) codes);
    }
    static floats fused(floats a, floats b, floats c) { return (floats) _mm256_fmadd_ps((__m256) a, (__m256) b, (__m256) c); }
    static ints round(floats x) { return (ints) _mm256_cvtps_epi32((__m256) x); }
    static shorts pair_sums(bytes w, ints a) { return (shorts) _mm256_maddubs_epi16((__m256i) w, (__m256i) a); }
    static ints weighted(shorts pairs, int16_t factor) { return (ints) _mm256_madd_epi16((__m256i) pairs, _mm256_set1_epi16(factor)); }
};

} // namespace
} // namespace gto

#include "cpu/integer_pairs.h"

#include "cpu/integer_block.h"

#pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_avx2() { return nullptr; }
} // namespace gto

#endif
