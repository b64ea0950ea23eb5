// 16 lanes of floats in two AVX2 registers. For a file that has chosen AVX2, FMA and F16C.
#pragma once

#include "cpu/float_lanes_x86.h"

namespace gto {
namespace {

struct lanes {
    static constexpr const char * name = "AVX2";
    static constexpr int rows = 3;                       // that are multiplied at once
    static constexpr int outputs(int rows) { return rows == 1 ? 4 : 2; } // beside so many rows

    struct vec {
        __m256 low, high;
    };

    static vec zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
    static vec load(const float * p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
    static vec load(const float * p, int64_t n) { return {_mm256_maskload_ps(p, mask(n)), n > 8 ? _mm256_maskload_ps(p + 8, mask(n - 8)) : _mm256_setzero_ps()}; }
    static void store(float * p, vec v) {
        _mm256_storeu_ps(p, v.low);
        _mm256_storeu_ps(p + 8, v.high);
    }
    static vec fma(vec a, vec b, vec c) { return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)}; }
    static void sums(const vec * v, float * out) { // of four
        _mm_storeu_ps(out, sum_eights(fold(v[0]), fold(v[1]), fold(v[2]), fold(v[3])));
    }

    static vec from_f16(const void * p) {
        return {_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) p)), _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) p + 1))};
    }
    static vec from_bf16(const void * p) { return {widen(_mm_loadu_si128((const __m128i *) p)), widen(_mm_loadu_si128((const __m128i *) p + 1))}; }
    static vec from_q8_0(uint16_t scale, const int8_t * p) {
        const __m256 d = _mm256_set1_ps(half_value(scale));
        const __m128i q = _mm_loadu_si128((const __m128i *) p);
        return {_mm256_mul_ps(d, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(q))), _mm256_mul_ps(d, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128(q, 8))))};
    }

  private:
    static __m256i mask(int64_t n) { return _mm256_cmpgt_epi32(_mm256_set1_epi32((int) n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
    static __m256 widen(__m128i bf16) { return (__m256) _mm256_slli_epi32(_mm256_cvtepu16_epi32(bf16), 16); }
    static __m256 fold(vec v) { return _mm256_add_ps(v.low, v.high); }
};

} // namespace
} // namespace gto
