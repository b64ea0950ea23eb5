#include "cpu/integer_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <cstring>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // in GCC 12's own header
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx512vnni,avx2,fma,f16c")

namespace gto {
namespace {

struct lanes {
    typedef uint8_t bytes __attribute__((vector_size(64)));
    typedef int32_t ints __attribute__((vector_size(64)));
    typedef float floats __attribute__((vector_size(64)));
    static constexpr const char * name = "AVX-512 VNNI";
    static constexpr int rows = 8;

    static bytes load(const uint8_t * p) { return (bytes) _mm512_loadu_si512(p); }
    static ints splat(const int32_t * p) { return (ints) _mm512_set1_epi32(*p); }
    static floats splat(const float * p) { return (floats) _mm512_set1_ps(*p); }
    static ints four(const int8_t * p) {
        int32_t v;
        memcpy(&v, p, 4);
        return (ints) _mm512_set1_epi32(v);
    }
    static floats halves(const uint8_t * p) { return (floats) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p)); }
    static ints widen(const uint8_t * p) { return (ints) _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *) p)); }
    static ints widen(const int8_t * p) { return (ints) _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *) p)); }
    static bytes lookup(const uint8_t * table, bytes codes) {
        return (bytes) _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *) table)), (__m512i) codes);
    }
    static floats fused(floats a, floats b, floats c) { return (floats) _mm512_fmadd_ps((__m512) a, (__m512) b, (__m512) c); }
    static ints round(floats x) { return (ints) _mm512_cvtps_epi32((__m512) x); }
    static ints dot(ints sum, bytes w, ints a) { return (ints) _mm512_dpbusd_epi32((__m512i) sum, (__m512i) w, (__m512i) a); }
};

} // namespace
} // namespace gto

#include "cpu/integer_dots.h"

#include "cpu/integer_block.h"

#pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_avx512_vnni() {
    const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma");
    return supported ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_avx512_vnni() { return nullptr; }
} // namespace gto

#endif
