// Vectors of 256 bits, for source files that have chosen their instruction set: what integer_block.h asks of `lanes`,
// but for products.
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace gto {
namespace {

struct lanes_256 {
    typedef uint8_t bytes __attribute__((vector_size(32)));
    typedef int32_t ints __attribute__((vector_size(32)));
    typedef float floats __attribute__((vector_size(32)));

    static constexpr bool signed_weights = false;

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
        return (bytes) _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *) table)),
                                           (__m256i) codes);
    }
    template <class V> static void settle(V & v) { asm("" : "+x"(v)); }
    static floats fused(floats a, floats b, floats c) {
        return (floats) _mm256_fmadd_ps((__m256) a, (__m256) b, (__m256) c);
    }
    static ints round(floats x) { return (ints) _mm256_cvtps_epi32((__m256) x); }
    static void narrow(const ints (&v)[4], int8_t * to) {
        const __m256i first = _mm256_packs_epi32((__m256i) v[0], (__m256i) v[1]),
                      second = _mm256_packs_epi32((__m256i) v[2], (__m256i) v[3]);
        const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); // packing stays within halves
        _mm256_storeu_si256((__m256i *) to, _mm256_permutevar8x32_epi32(_mm256_packs_epi16(first, second), order));
    }
};

} // namespace
} // namespace gto
