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
    [[gnu::always_inline]] static part load_part(const float * p) {
        part v = _mm512_loadu_ps(p);
        asm("" : "+v"(v)); // or each product with it would load it again, and loads would be what it waits for
        return v;
    }
    [[gnu::always_inline]] static part part_from_f16(const void * p) { return from_f16(p); }
    [[gnu::always_inline]] static part part_from_bf16(const void * p) { return from_bf16(p); }
    [[gnu::always_inline]] static part part_from_q8_0(uint16_t scale, const int8_t * p) { return from_q8_0(scale, p); }

    [[gnu::always_inline]] static vec zero() { return _mm512_setzero_ps(); }
    [[gnu::always_inline]] static vec load(const float * p) { return _mm512_loadu_ps(p); }
    [[gnu::always_inline]] static vec load(const float * p, int64_t n) {
        return _mm512_maskz_loadu_ps((__mmask16) ((1u << n) - 1), p);
    }
    static void store(float * p, vec v) { _mm512_storeu_ps(p, v); }
    [[gnu::always_inline]] static vec fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
    [[gnu::always_inline]] static void sums(const vec * v, float * out) {
        _mm_storeu_ps(out, sum_eights(fold(v[0]), fold(v[1]), fold(v[2]), fold(v[3])));
    }

    [[gnu::always_inline]] static vec from_f16(const void * p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p));
    }
    [[gnu::always_inline]] static vec from_bf16(const void * p) {
        return (vec) _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *) p)), 16);
    }
    [[gnu::always_inline]] static vec from_q8_0(uint16_t scale, const int8_t * p) {
        return _mm512_mul_ps(_mm512_set1_ps(half_value(scale)),
                             _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *) p))));
    }

    // for attention
    typedef __m512i ints;
    struct wide { // 16 doubles
        __m512d low, high;
    };
    static constexpr int wides = 1; // of a vec

    [[gnu::always_inline]] static vec set(float x) { return _mm512_set1_ps(x); }
    [[gnu::always_inline]] static vec add(vec a, vec b) { return _mm512_add_ps(a, b); }
    [[gnu::always_inline]] static vec sub(vec a, vec b) { return _mm512_sub_ps(a, b); }
    [[gnu::always_inline]] static vec mul(vec a, vec b) { return _mm512_mul_ps(a, b); }
    [[gnu::always_inline]] static vec div(vec a, vec b) { return _mm512_div_ps(a, b); }
    [[gnu::always_inline]] static vec max(vec a, vec b) { return _mm512_max_ps(a, b); }
    [[gnu::always_inline]] static vec magnitude(vec a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
    [[gnu::always_inline]] static vec unless_equal(vec a, vec b, vec yes, vec no) {
        return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ), no, yes);
    }
    [[gnu::always_inline]] static vec if_less(vec a, vec b, vec yes, vec no) {
        return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
    }
    [[gnu::always_inline]] static ints bits(vec a) { return (__m512i) a; }
    [[gnu::always_inline]] static ints largest(ints a, ints b) { return _mm512_max_epi32(a, b); }
    [[gnu::always_inline]] static ints add(ints a, ints b) { return _mm512_add_epi32(a, b); }
    static bool any(ints v) { return _mm512_test_epi32_mask(v, v) != 0; }
    [[gnu::always_inline]] static ints rounded(vec a) { return _mm512_cvtps_epi32(a); }
    [[gnu::always_inline]] static vec power_of_two(vec shifted) {
        return (vec) _mm512_slli_epi32(_mm512_add_epi32((__m512i) shifted, _mm512_set1_epi32(127)), 23);
    }
    static ints load(const int32_t * p) { return _mm512_loadu_si512(p); }
    static void store(int32_t * p, ints v) { _mm512_storeu_si512(p, v); }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        const __m512i x = _mm512_set1_epi16((int16_t) from);
        return _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p), x) ||
               _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p + 32), x);
    }

    [[gnu::always_inline]] static wide wide_set(double x) { return {_mm512_set1_pd(x), _mm512_set1_pd(x)}; }
    [[gnu::always_inline]] static wide load(const double * p) { return {_mm512_loadu_pd(p), _mm512_loadu_pd(p + 8)}; }
    static void store(double * p, wide v) {
        _mm512_storeu_pd(p, v.low);
        _mm512_storeu_pd(p + 8, v.high);
    }
    [[gnu::always_inline]] static wide widen(vec v, int) {
        return {_mm512_cvtps_pd(_mm512_castps512_ps256(v)), _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1))};
    }
    [[gnu::always_inline]] static wide widen(ints v, int) {
        return {_mm512_cvtepi32_pd(_mm512_castsi512_si256(v)), _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(v, 1))};
    }
    [[gnu::always_inline]] static wide add(wide a, wide b) {
        return {_mm512_add_pd(a.low, b.low), _mm512_add_pd(a.high, b.high)};
    }
    [[gnu::always_inline]] static wide sub(wide a, wide b) {
        return {_mm512_sub_pd(a.low, b.low), _mm512_sub_pd(a.high, b.high)};
    }
    [[gnu::always_inline]] static wide fma(wide a, wide b, wide c) {
        return {_mm512_fmadd_pd(a.low, b.low, c.low), _mm512_fmadd_pd(a.high, b.high, c.high)};
    }
    [[gnu::always_inline]] static wide zero_if_zero(wide a, wide b) { // b, but 0 where a is
        const __m512d zero = _mm512_setzero_pd();
        return {_mm512_maskz_mov_pd(_mm512_cmp_pd_mask(a.low, zero, _CMP_NEQ_UQ), b.low),
                _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(a.high, zero, _CMP_NEQ_UQ), b.high)};
    }
    [[gnu::always_inline]] static wide in_registers(wide v) { return v; }

  private:
    static __m256 fold(vec v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); }
};

} // namespace
} // namespace gto
