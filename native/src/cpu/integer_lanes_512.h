// Vectors of 512 bits, for source files that have chosen their instruction set: what integer_block.h asks of `lanes`,
// but for products.
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace gto {
namespace {

struct lanes_512 {
    typedef uint8_t bytes __attribute__((vector_size(64)));
    typedef int32_t ints __attribute__((vector_size(64)));
    typedef float floats __attribute__((vector_size(64)));

    static constexpr bool signed_weights = false;

    static bytes load(const uint8_t * p) { return (bytes) _mm512_loadu_si512(p); }
    static ints splat(const int32_t * p) { return (ints) _mm512_set1_epi32(*p); }
    static floats splat(const float * p) { return (floats) _mm512_set1_ps(*p); }
    static ints four(const int8_t * p) {
        int32_t v;
        memcpy(&v, p, 4);
        return (ints) _mm512_set1_epi32(v);
    }
    static floats halves(const uint8_t * p) {
        return (floats) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p));
    }
    static ints widen(const uint8_t * p) { return (ints) _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *) p)); }
    static ints widen(const int8_t * p) { return (ints) _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *) p)); }
    static bytes lookup(const uint8_t * table, bytes codes) {
        return (bytes) _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *) table)),
                                           (__m512i) codes);
    }
    template <class V> static void settle(V & v) { asm("" : "+v"(v)); }
    static floats fused(floats a, floats b, floats c) {
        return (floats) _mm512_fmadd_ps((__m512) a, (__m512) b, (__m512) c);
    }
    static ints round(floats x) { return (ints) _mm512_cvtps_epi32((__m512) x); }
    static void narrow(const ints (&v)[2], int8_t * to) {
        _mm_storeu_si128((__m128i *) to, _mm512_cvtepi32_epi8((__m512i) v[0]));
        _mm_storeu_si128((__m128i *) (to + 16), _mm512_cvtepi32_epi8((__m512i) v[1]));
    }
};

} // namespace
} // namespace gto
