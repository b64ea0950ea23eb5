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

    // for attention
    typedef __m512i ints;
    struct wide { // 16 sums of 64 bits: those of the even lanes and of the odd ones
        __m512i at[2];
    };
    static constexpr int place(int lane) { return lane % 2 * 8 + lane / 2; } // in a wide

    static vec set(float x) { return _mm512_set1_ps(x); }
    static vec add(vec a, vec b) { return _mm512_add_ps(a, b); }
    static vec sub(vec a, vec b) { return _mm512_sub_ps(a, b); }
    static vec mul(vec a, vec b) { return _mm512_mul_ps(a, b); }
    static vec div(vec a, vec b) { return _mm512_div_ps(a, b); }
    static vec max(vec a, vec b) { return _mm512_max_ps(a, b); }
    static vec magnitude(vec a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
    static vec unless_equal(vec a, vec b, vec yes, vec no) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ), no, yes); }
    static vec if_less(vec a, vec b, vec yes, vec no) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes); }
    static ints bits(vec a) { return (__m512i) a; }
    static ints largest(ints a, ints b) { return _mm512_max_epi32(a, b); }
    static ints rounded(vec a) { return _mm512_cvtps_epi32(a); }
    static vec power_of_two(vec shifted) { return (vec) _mm512_slli_epi32(_mm512_add_epi32((__m512i) shifted, _mm512_set1_epi32(127)), 23); }
    static void store(int32_t * p, ints v) { _mm512_storeu_si512(p, v); }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        const __m512i x = _mm512_set1_epi16((int16_t) from);
        return _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p), x) || _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p + 32), x);
    }

    static wide wide_zero() { return {{_mm512_setzero_si512(), _mm512_setzero_si512()}}; }
    static wide load(const int64_t * p) { return {{_mm512_loadu_si512(p), _mm512_loadu_si512(p + 8)}}; }
    static void store(int64_t * p, wide v) {
        _mm512_storeu_si512(p, v.at[0]);
        _mm512_storeu_si512(p + 8, v.at[1]);
    }
    // Factors of a product, each in the low half of 64 bits, as in a wide.
    typedef wide factors;
    static factors spread(ints v) { return {{v, _mm512_srli_epi64(v, 32)}}; }
    static wide multiply_add(const factors & v, int32_t n, wide sum) {
        const __m512i x = _mm512_set1_epi32(n);
        return {{_mm512_add_epi64(sum.at[0], _mm512_mul_epi32(v.at[0], x)), _mm512_add_epi64(sum.at[1], _mm512_mul_epi32(v.at[1], x))}};
    }

  private:
    static __m256 fold(vec v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); }
};

} // namespace
} // namespace gto
