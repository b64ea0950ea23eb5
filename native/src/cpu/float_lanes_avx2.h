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

    // for attention
    struct ints {
        __m256i low, high;
    };
    struct wide { // 16 sums of 64 bits: those of the even lanes of `low`, of the odd ones, and of `high`
        __m256i at[4];
    };
    static constexpr int place(int lane) { return lane / 8 * 8 + lane % 2 * 4 + lane % 8 / 2; } // in a wide

    static vec set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
    static vec add(vec a, vec b) { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
    static vec sub(vec a, vec b) { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
    static vec mul(vec a, vec b) { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
    static vec div(vec a, vec b) { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
    static vec max(vec a, vec b) { return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
    static vec magnitude(vec a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.low), _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.high)}; }
    static vec unless_equal(vec a, vec b, vec yes, vec no) {
        return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_NEQ_UQ)), _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_NEQ_UQ))};
    }
    static vec if_less(vec a, vec b, vec yes, vec no) {
        return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_LT_OQ)), _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_LT_OQ))};
    }
    static ints bits(vec a) { return {(__m256i) a.low, (__m256i) a.high}; }
    static ints largest(ints a, ints b) { return {_mm256_max_epi32(a.low, b.low), _mm256_max_epi32(a.high, b.high)}; }
    static ints rounded(vec a) { return {_mm256_cvtps_epi32(a.low), _mm256_cvtps_epi32(a.high)}; }
    static vec power_of_two(vec shifted) { return {power(shifted.low), power(shifted.high)}; }
    static void store(int32_t * p, ints v) {
        _mm256_storeu_si256((__m256i *) p, v.low);
        _mm256_storeu_si256((__m256i *) p + 1, v.high);
    }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        const __m256i * at = (const __m256i *) p;
        const __m256i x = _mm256_set1_epi16((int16_t) from);
        const __m256i a = _mm256_and_si256(_mm256_cmpeq_epi16(_mm256_loadu_si256(at), x), _mm256_cmpeq_epi16(_mm256_loadu_si256(at + 1), x));
        const __m256i b = _mm256_and_si256(_mm256_cmpeq_epi16(_mm256_loadu_si256(at + 2), x), _mm256_cmpeq_epi16(_mm256_loadu_si256(at + 3), x));
        return _mm256_movemask_epi8(_mm256_and_si256(a, b)) != -1;
    }

    static wide wide_zero() { return {{_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()}}; }
    static wide load(const int64_t * p) {
        const __m256i * at = (const __m256i *) p;
        return {{_mm256_loadu_si256(at), _mm256_loadu_si256(at + 1), _mm256_loadu_si256(at + 2), _mm256_loadu_si256(at + 3)}};
    }
    static void store(int64_t * p, wide v) {
        for (int i = 0; i < 4; i++) _mm256_storeu_si256((__m256i *) p + i, v.at[i]);
    }
    // Factors of a product, each in the low half of 64 bits, as in a wide.
    typedef wide factors;
    static factors spread(ints v) { return {{v.low, _mm256_srli_epi64(v.low, 32), v.high, _mm256_srli_epi64(v.high, 32)}}; }
    static wide multiply_add(const factors & v, int32_t n, wide sum) {
        const __m256i x = _mm256_set1_epi32(n);
        for (int i = 0; i < 4; i++) sum.at[i] = _mm256_add_epi64(sum.at[i], _mm256_mul_epi32(v.at[i], x));
        return sum;
    }

  private:
    static __m256 power(__m256 shifted) { return (__m256) _mm256_slli_epi32(_mm256_add_epi32((__m256i) shifted, _mm256_set1_epi32(127)), 23); }
    static __m256i mask(int64_t n) { return _mm256_cmpgt_epi32(_mm256_set1_epi32((int) n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
    static __m256 widen(__m128i bf16) { return (__m256) _mm256_slli_epi32(_mm256_cvtepu16_epi32(bf16), 16); }
    static __m256 fold(vec v) { return _mm256_add_ps(v.low, v.high); }
};

} // namespace
} // namespace gto
