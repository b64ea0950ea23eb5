// 16 lanes of floats in four NEON registers of a 64-bit ARM.
#pragma once

#include <arm_neon.h>
#include <cstdint>
#include <cstring>

namespace gto {
namespace {

inline float half_value(uint16_t bits) {
    return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0);
}

struct lanes {
    static constexpr const char * name = "NEON";
    static constexpr int rows = 3;
    static constexpr int queries = 4;
    static constexpr int outputs(int rows) { return rows == 1 ? 4 : 2; }

    struct vec {
        float32x4_t at[4];
    };
    typedef float32x4_t part; // of a vec: what a register holds
    static constexpr int parts = 4;
    static part & at(vec & v, int i) { return v.at[i]; }
    [[gnu::always_inline]] static part load_part(const float * p) { return vld1q_f32(p); }
    [[gnu::always_inline]] static part fma(part a, part b, part c) { return vfmaq_f32(c, a, b); }
    [[gnu::always_inline]] static part part_from_f16(const void * p) {
        return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *) p)));
    }
    [[gnu::always_inline]] static part part_from_bf16(const void * p) {
        return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16((const uint16_t *) p), 16));
    }
    [[gnu::always_inline]] static part part_from_q8_0(uint16_t scale, const int8_t * p) {
        int32_t four;
        memcpy(&four, p, sizeof four);
        return vmulq_f32(vdupq_n_f32(half_value(scale)),
                         vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)))))));
    }

    [[gnu::always_inline]] static vec zero() {
        return {{vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)}};
    }
    [[gnu::always_inline]] static vec load(const float * p) {
        return {{vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12)}};
    }
    [[gnu::always_inline]] static vec load(const float * p, int64_t n) {
        float some[16] = {};
        memcpy(some, p, n * sizeof(float));
        return load(some);
    }
    static void store(float * p, vec v) {
        for (int i = 0; i < 4; i++) vst1q_f32(p + 4 * i, v.at[i]);
    }
    [[gnu::always_inline]] static vec fma(vec a, vec b, vec c) {
        return each([&](int i) { return vfmaq_f32(c.at[i], a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static void sums(const vec * v, float * out) {
        for (int i = 0; i < 4; i++) {
            const float32x4_t fours = vaddq_f32(vaddq_f32(v[i].at[0], v[i].at[2]), vaddq_f32(v[i].at[1], v[i].at[3]));
            const float32x2_t pair = vadd_f32(vget_low_f32(fours), vget_high_f32(fours));
            out[i] = vget_lane_f32(pair, 0) + vget_lane_f32(pair, 1);
        }
    }

    [[gnu::always_inline]] static vec from_f16(const void * p) {
        return each([&](int i) { return part_from_f16((const char *) p + 8 * i); });
    }
    [[gnu::always_inline]] static vec from_bf16(const void * p) {
        return each([&](int i) { return part_from_bf16((const char *) p + 8 * i); });
    }
    [[gnu::always_inline]] static vec from_q8_0(uint16_t scale, const int8_t * p) {
        return each([&](int i) { return part_from_q8_0(scale, p + 4 * i); });
    }

    // for attention
    struct ints {
        int32x4_t at[4];
    };
    struct wide { // 8 doubles
        float64x2_t at[4];
    };
    static constexpr int wides = 2; // of a vec

    [[gnu::always_inline]] static vec set(float x) {
        return {{vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x)}};
    }
    [[gnu::always_inline]] static vec add(vec a, vec b) {
        return each([&](int i) { return vaddq_f32(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static vec sub(vec a, vec b) {
        return each([&](int i) { return vsubq_f32(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static vec mul(vec a, vec b) {
        return each([&](int i) { return vmulq_f32(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static vec div(vec a, vec b) {
        return each([&](int i) { return vdivq_f32(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static vec max(vec a, vec b) {
        return each([&](int i) { return vmaxq_f32(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static vec magnitude(vec a) {
        return each([&](int i) { return vabsq_f32(a.at[i]); });
    }
    [[gnu::always_inline]] static vec unless_equal(vec a, vec b, vec yes, vec no) {
        return each([&](int i) { return vbslq_f32(vceqq_f32(a.at[i], b.at[i]), no.at[i], yes.at[i]); });
    }
    [[gnu::always_inline]] static vec if_less(vec a, vec b, vec yes, vec no) {
        return each([&](int i) { return vbslq_f32(vcltq_f32(a.at[i], b.at[i]), yes.at[i], no.at[i]); });
    }
    [[gnu::always_inline]] static ints bits(vec a) {
        ints v;
        for (int i = 0; i < 4; i++) v.at[i] = vreinterpretq_s32_f32(a.at[i]);
        return v;
    }
    [[gnu::always_inline]] static ints largest(ints a, ints b) {
        for (int i = 0; i < 4; i++) b.at[i] = vmaxq_s32(a.at[i], b.at[i]);
        return b;
    }
    [[gnu::always_inline]] static ints add(ints a, ints b) {
        for (int i = 0; i < 4; i++) b.at[i] = vaddq_s32(a.at[i], b.at[i]);
        return b;
    }
    static bool any(ints v) {
        const int32x4_t all = vorrq_s32(vorrq_s32(v.at[0], v.at[1]), vorrq_s32(v.at[2], v.at[3]));
        return vmaxvq_u32(vreinterpretq_u32_s32(all)) != 0;
    }
    [[gnu::always_inline]] static ints rounded(vec a) {
        ints v;
        for (int i = 0; i < 4; i++) v.at[i] = vcvtnq_s32_f32(a.at[i]);
        return v;
    }
    [[gnu::always_inline]] static vec power_of_two(vec shifted) {
        return each([&](int i) {
            return vreinterpretq_f32_s32(
                vshlq_n_s32(vaddq_s32(vreinterpretq_s32_f32(shifted.at[i]), vdupq_n_s32(127)), 23));
        });
    }
    static ints load(const int32_t * p) {
        ints v;
        for (int i = 0; i < 4; i++) v.at[i] = vld1q_s32(p + 4 * i);
        return v;
    }
    static void store(int32_t * p, ints v) {
        for (int i = 0; i < 4; i++) vst1q_s32(p + 4 * i, v.at[i]);
    }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        uint16x8_t equal = vdupq_n_u16(0xffff);
        for (int i = 0; i < 8; i++) equal = vandq_u16(equal, vceqq_u16(vld1q_u16(p + 8 * i), vdupq_n_u16(from)));
        return vminvq_u16(equal) == 0;
    }

    [[gnu::always_inline]] static wide wide_set(double x) {
        return each_wide([&](int) { return vdupq_n_f64(x); });
    }
    [[gnu::always_inline]] static wide load(const double * p) {
        return each_wide([&](int i) { return vld1q_f64(p + 2 * i); });
    }
    static void store(double * p, wide v) {
        for (int i = 0; i < 4; i++) vst1q_f64(p + 2 * i, v.at[i]);
    }
    [[gnu::always_inline]] static wide widen(vec v, int i) {
        const float32x4_t a = v.at[2 * i], b = v.at[2 * i + 1];
        return {
            {vcvt_f64_f32(vget_low_f32(a)), vcvt_high_f64_f32(a), vcvt_f64_f32(vget_low_f32(b)), vcvt_high_f64_f32(b)}};
    }
    [[gnu::always_inline]] static wide widen(ints v, int i) {
        const int32x4_t a = v.at[2 * i], b = v.at[2 * i + 1];
        return {{vcvtq_f64_s64(vmovl_s32(vget_low_s32(a))), vcvtq_f64_s64(vmovl_high_s32(a)),
                 vcvtq_f64_s64(vmovl_s32(vget_low_s32(b))), vcvtq_f64_s64(vmovl_high_s32(b))}};
    }
    [[gnu::always_inline]] static wide add(wide a, wide b) {
        return each_wide([&](int i) { return vaddq_f64(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static wide sub(wide a, wide b) {
        return each_wide([&](int i) { return vsubq_f64(a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static wide fma(wide a, wide b, wide c) {
        return each_wide([&](int i) { return vfmaq_f64(c.at[i], a.at[i], b.at[i]); });
    }
    [[gnu::always_inline]] static wide zero_if_zero(wide a, wide b) { // b, but 0 where a is
        return each_wide([&](int i) { return vbslq_f64(vceqzq_f64(a.at[i]), vdupq_n_f64(0), b.at[i]); });
    }
    [[gnu::always_inline]] static wide in_registers(wide v) { return v; }

  private:
    template <class F> static wide each_wide(F && f) { return {{f(0), f(1), f(2), f(3)}}; }
    template <class F> static vec each(F && f) { return {{f(0), f(1), f(2), f(3)}}; }
};

} // namespace
} // namespace gto
