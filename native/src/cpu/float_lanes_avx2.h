// 16 lanes of floats in two AVX2 registers. For a file that has chosen AVX2, FMA and F16C.
#pragma once

#include "cpu/float_lanes_x86.h"

namespace gto {
namespace {

struct lanes {
    static constexpr const char * name = "AVX2";
    static constexpr int rows = 3;                                       // that are multiplied at once
    static constexpr int queries = 4;                                    // whose sums are added to at once
    static constexpr int outputs(int rows) { return rows == 1 ? 4 : 2; } // beside so many rows

    struct vec {
        __m256 low, high;
    };
    typedef __m256 part; // of a vec: what a register holds
    static constexpr int parts = 2;
    static part & at(vec & v, int i) { return i ? v.high : v.low; }
    [[gnu::always_inline]] static part load_part(const float * p) {
        part v = _mm256_loadu_ps(p);
        asm("" : "+x"(v)); // into a register, rather than from memory for each use
        return v;
    }
    [[gnu::always_inline]] static part fma(part a, part b, part c) { return _mm256_fmadd_ps(a, b, c); }
    [[gnu::always_inline]] static part part_from_f16(const void * p) {
        return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) p));
    }
    [[gnu::always_inline]] static part part_from_bf16(const void * p) {
        return widen(_mm_loadu_si128((const __m128i *) p));
    }
    [[gnu::always_inline]] static part part_from_q8_0(uint16_t scale, const int8_t * p) {
        return _mm256_mul_ps(_mm256_set1_ps(half_value(scale)),
                             _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *) p))));
    }

    [[gnu::always_inline]] static vec zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
    [[gnu::always_inline]] static vec load(const float * p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
    [[gnu::always_inline]] static vec load(const float * p, int64_t n) {
        return {_mm256_maskload_ps(p, mask(n)), n > 8 ? _mm256_maskload_ps(p + 8, mask(n - 8)) : _mm256_setzero_ps()};
    }
    static void store(float * p, vec v) {
        _mm256_storeu_ps(p, v.low);
        _mm256_storeu_ps(p + 8, v.high);
    }
    [[gnu::always_inline]] static vec fma(vec a, vec b, vec c) {
        return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
    }
    [[gnu::always_inline]] static void sums(const vec * v, float * out) { // of four
        _mm_storeu_ps(out, sum_eights(fold(v[0]), fold(v[1]), fold(v[2]), fold(v[3])));
    }

    [[gnu::always_inline]] static vec from_f16(const void * p) {
        return {part_from_f16(p), part_from_f16((const char *) p + 16)};
    }
    [[gnu::always_inline]] static vec from_bf16(const void * p) {
        return {part_from_bf16(p), part_from_bf16((const char *) p + 16)};
    }
    [[gnu::always_inline]] static vec from_q8_0(uint16_t scale, const int8_t * p) {
        return {part_from_q8_0(scale, p), part_from_q8_0(scale, p + 8)};
    }

    // for attention
    struct ints {
        __m256i low, high;
    };
    struct wide { // 8 doubles
        __m256d low, high;
    };
    static constexpr int wides = 2; // of a vec

    [[gnu::always_inline]] static vec set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
    [[gnu::always_inline]] static vec add(vec a, vec b) {
        return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
    }
    [[gnu::always_inline]] static vec sub(vec a, vec b) {
        return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
    }
    [[gnu::always_inline]] static vec mul(vec a, vec b) {
        return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
    }
    [[gnu::always_inline]] static vec div(vec a, vec b) {
        return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
    }
    [[gnu::always_inline]] static vec max(vec a, vec b) {
        return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
    }
    [[gnu::always_inline]] static vec magnitude(vec a) {
        const __m256 sign = _mm256_set1_ps(-0.0f);
        return {_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
    }
    [[gnu::always_inline]] static vec unless_equal(vec a, vec b, vec yes, vec no) {
        return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_NEQ_UQ)),
                _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_NEQ_UQ))};
    }
    [[gnu::always_inline]] static vec if_less(vec a, vec b, vec yes, vec no) {
        return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_LT_OQ)),
                _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_LT_OQ))};
    }
    [[gnu::always_inline]] static ints bits(vec a) { return {(__m256i) a.low, (__m256i) a.high}; }
    [[gnu::always_inline]] static ints largest(ints a, ints b) {
        return {_mm256_max_epi32(a.low, b.low), _mm256_max_epi32(a.high, b.high)};
    }
    [[gnu::always_inline]] static ints add(ints a, ints b) {
        return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
    }
    static bool any(ints v) {
        const __m256i both = _mm256_or_si256(v.low, v.high);
        return !_mm256_testz_si256(both, both);
    }
    [[gnu::always_inline]] static ints rounded(vec a) {
        return {_mm256_cvtps_epi32(a.low), _mm256_cvtps_epi32(a.high)};
    }
    [[gnu::always_inline]] static vec power_of_two(vec shifted) { return {power(shifted.low), power(shifted.high)}; }
    static ints load(const int32_t * p) {
        return {_mm256_loadu_si256((const __m256i *) p), _mm256_loadu_si256((const __m256i *) p + 1)};
    }
    static void store(int32_t * p, ints v) {
        _mm256_storeu_si256((__m256i *) p, v.low);
        _mm256_storeu_si256((__m256i *) p + 1, v.high);
    }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        const __m256i * at = (const __m256i *) p;
        const __m256i x = _mm256_set1_epi16((int16_t) from);
        const __m256i a = _mm256_and_si256(_mm256_cmpeq_epi16(_mm256_loadu_si256(at), x),
                                           _mm256_cmpeq_epi16(_mm256_loadu_si256(at + 1), x));
        const __m256i b = _mm256_and_si256(_mm256_cmpeq_epi16(_mm256_loadu_si256(at + 2), x),
                                           _mm256_cmpeq_epi16(_mm256_loadu_si256(at + 3), x));
        return _mm256_movemask_epi8(_mm256_and_si256(a, b)) != -1;
    }

    [[gnu::always_inline]] static wide wide_set(double x) { return {_mm256_set1_pd(x), _mm256_set1_pd(x)}; }
    [[gnu::always_inline]] static wide load(const double * p) { return {_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}; }
    static void store(double * p, wide v) {
        _mm256_storeu_pd(p, v.low);
        _mm256_storeu_pd(p + 4, v.high);
    }
    [[gnu::always_inline]] static wide widen(vec v, int i) {
        const __m256 x = i ? v.high : v.low;
        return {_mm256_cvtps_pd(_mm256_castps256_ps128(x)), _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1))};
    }
    [[gnu::always_inline]] static wide widen(ints v, int i) {
        const __m256i x = i ? v.high : v.low;
        return {_mm256_cvtepi32_pd(_mm256_castsi256_si128(x)), _mm256_cvtepi32_pd(_mm256_extracti128_si256(x, 1))};
    }
    [[gnu::always_inline]] static wide add(wide a, wide b) {
        return {_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)};
    }
    [[gnu::always_inline]] static wide sub(wide a, wide b) {
        return {_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)};
    }
    [[gnu::always_inline]] static wide fma(wide a, wide b, wide c) {
        return {_mm256_fmadd_pd(a.low, b.low, c.low), _mm256_fmadd_pd(a.high, b.high, c.high)};
    }
    [[gnu::always_inline]] static wide zero_if_zero(wide a, wide b) { // b, but 0 where a is
        const __m256d zero = _mm256_setzero_pd();
        return {_mm256_and_pd(b.low, _mm256_cmp_pd(a.low, zero, _CMP_NEQ_UQ)),
                _mm256_and_pd(b.high, _mm256_cmp_pd(a.high, zero, _CMP_NEQ_UQ))};
    }
    [[gnu::always_inline]] static wide in_registers(wide v) { // rather than from memory for each use
        asm("" : "+x"(v.low), "+x"(v.high));
        return v;
    }

  private:
    static __m256 power(__m256 shifted) {
        return (__m256) _mm256_slli_epi32(_mm256_add_epi32((__m256i) shifted, _mm256_set1_epi32(127)), 23);
    }
    static __m256i mask(int64_t n) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32((int) n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
    static __m256 widen(__m128i bf16) { return (__m256) _mm256_slli_epi32(_mm256_cvtepu16_epi32(bf16), 16); }
    static __m256 fold(vec v) { return _mm256_add_ps(v.low, v.high); }
};

} // namespace
} // namespace gto
