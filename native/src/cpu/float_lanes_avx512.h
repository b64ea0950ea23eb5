// 16 lanes of floats in one AVX-512 register. For a file that has chosen AVX-512 F, VL, DQ and BW.
#pragma once

#include "cpu/float_lanes_x86.h"

namespace gto {
namespace {

struct lanes {
    static constexpr const char * name = "AVX-512";
    static constexpr int rows = 6;
    static constexpr int queries = 8;
    static constexpr int outputs(int rows) { return rows <= 2 ? 8 : 4; }

    typedef __m512 vec, part;
    static constexpr int parts = 1; // of a vec: what a register holds
    static part & at(vec & v, int) { return v; }
    [[gnu::always_inline]] static part load_part(const float * p) { return _mm512_loadu_ps(p); }
    [[gnu::always_inline]] static part part_from_f16(const void * p) { return from_f16(p); }
    [[gnu::always_inline]] static part part_from_bf16(const void * p) { return from_bf16(p); }
    [[gnu::always_inline]] static part part_from_q8_0(uint16_t scale, const int8_t * p) { return from_q8_0(scale, p); }

    [[gnu::always_inline]] static vec zero() { return _mm512_setzero_ps(); }
    [[gnu::always_inline]] static vec load(const float * p) { return _mm512_loadu_ps(p); }
    [[gnu::always_inline]] static vec load(const float * p, int64_t n) { return _mm512_maskz_loadu_ps((__mmask16) ((1u << n) - 1), p); }
    static void store(float * p, vec v) { _mm512_storeu_ps(p, v); }
    [[gnu::always_inline]] static vec fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
    [[gnu::always_inline]] static void sums(const vec * v, float * out) { _mm_storeu_ps(out, sum_eights(fold(v[0]), fold(v[1]), fold(v[2]), fold(v[3]))); }

    [[gnu::always_inline]] static vec from_f16(const void * p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p)); }
    [[gnu::always_inline]] static vec from_bf16(const void * p) { return (vec) _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *) p)), 16); }
    [[gnu::always_inline]] static vec from_q8_0(uint16_t scale, const int8_t * p) {
        return _mm512_mul_ps(_mm512_set1_ps(half_value(scale)), _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *) p))));
    }

    // for attention
    typedef __m512i ints;
    static constexpr int wide_lanes = 16;
    struct wide { // 16 sums of 64 bits: those of the even lanes, then those of the odd ones
        __m512i even, odd;
    };
    static constexpr int place(int lane) { return lane % 2 * 8 + lane / 2; } // of a lane in them

    [[gnu::always_inline]] static vec set(float x) { return _mm512_set1_ps(x); }
    [[gnu::always_inline]] static vec add(vec a, vec b) { return _mm512_add_ps(a, b); }
    [[gnu::always_inline]] static vec sub(vec a, vec b) { return _mm512_sub_ps(a, b); }
    [[gnu::always_inline]] static vec mul(vec a, vec b) { return _mm512_mul_ps(a, b); }
    [[gnu::always_inline]] static vec div(vec a, vec b) { return _mm512_div_ps(a, b); }
    [[gnu::always_inline]] static vec max(vec a, vec b) { return _mm512_max_ps(a, b); }
    [[gnu::always_inline]] static vec magnitude(vec a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
    [[gnu::always_inline]] static vec unless_equal(vec a, vec b, vec yes, vec no) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ), no, yes); }
    [[gnu::always_inline]] static vec if_less(vec a, vec b, vec yes, vec no) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes); }
    [[gnu::always_inline]] static ints bits(vec a) { return (__m512i) a; }
    [[gnu::always_inline]] static ints largest(ints a, ints b) { return _mm512_max_epi32(a, b); }
    [[gnu::always_inline]] static ints add(ints a, ints b) { return _mm512_add_epi32(a, b); }
    [[gnu::always_inline]] static ints shift(ints v, int bits) { // ties to even
        const __m128i count = _mm_cvtsi32_si128(bits);
        const __m512i odd = _mm512_and_si512(_mm512_srl_epi32(v, count), _mm512_set1_epi32(1));
        return _mm512_srl_epi32(_mm512_add_epi32(v, _mm512_add_epi32(odd, _mm512_set1_epi32((1 << (bits - 1)) - 1))), count);
    }
    static bool any(ints v) { return _mm512_test_epi32_mask(v, v) != 0; }
    [[gnu::always_inline]] static ints rounded(vec a) { return _mm512_cvtps_epi32(a); }
    [[gnu::always_inline]] static vec power_of_two(vec shifted) { return (vec) _mm512_slli_epi32(_mm512_add_epi32((__m512i) shifted, _mm512_set1_epi32(127)), 23); }
    static ints load(const int32_t * p) { return _mm512_loadu_si512(p); }
    static void store(int32_t * p, ints v) { _mm512_storeu_si512(p, v); }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        const __m512i x = _mm512_set1_epi16((int16_t) from);
        return _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p), x) || _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p + 32), x);
    }

    [[gnu::always_inline]] static wide wide_zero() { return {_mm512_setzero_si512(), _mm512_setzero_si512()}; }
    [[gnu::always_inline]] static wide load(const int64_t * p) { return {_mm512_loadu_si512(p), _mm512_loadu_si512(p + 8)}; }
    static void store(int64_t * p, wide v) {
        _mm512_storeu_si512(p, v.even);
        _mm512_storeu_si512(p + 8, v.odd);
    }
    typedef wide factors; // each in the low half of its 64 bits
    [[gnu::always_inline]] static factors spread(ints v, int) { return {v, _mm512_srli_epi64(v, 32)}; }
    [[gnu::always_inline]] static factors in_registers(factors v) { return v; }
    [[gnu::always_inline]] static wide multiply_add(factors v, int32_t n, wide sum) {
        const __m512i x = _mm512_set1_epi32(n);
        return {_mm512_add_epi64(sum.even, _mm512_mul_epi32(v.even, x)), _mm512_add_epi64(sum.odd, _mm512_mul_epi32(v.odd, x))};
    }

  private:
    static __m256 fold(vec v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); }
};

} // namespace
} // namespace gto
