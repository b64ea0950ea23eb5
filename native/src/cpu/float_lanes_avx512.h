// 16 lanes of floats in one AVX-512 register. For a file that has chosen AVX-512 F, VL, DQ and BW.
#pragma once

#include "cpu/float_lanes_x86.h"

namespace gto {
namespace {

struct lanes {
    static constexpr const char * name = "AVX-512";
    static constexpr int rows = 6;
    static constexpr int outputs(int rows) { return rows <= 2 ? 8 : 4; }

    typedef __m512 vec;

    static vec zero() { return _mm512_setzero_ps(); }
    static vec load(const float * p) { return _mm512_loadu_ps(p); }
    static vec load(const float * p, int64_t n) { return _mm512_maskz_loadu_ps((__mmask16) ((1u << n) - 1), p); }
    static void store(float * p, vec v) { _mm512_storeu_ps(p, v); }
    static vec fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
    static void sums(const vec * v, float * out) { _mm_storeu_ps(out, sum_eights(fold(v[0]), fold(v[1]), fold(v[2]), fold(v[3]))); }

    static vec from_f16(const void * p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p)); }
    static vec from_bf16(const void * p) { return (vec) _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *) p)), 16); }
    static vec from_q8_0(uint16_t scale, const int8_t * p) {
        return _mm512_mul_ps(_mm512_set1_ps(half_value(scale)), _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *) p))));
    }

  private:
    static __m256 fold(vec v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); }
};

} // namespace
} // namespace gto
