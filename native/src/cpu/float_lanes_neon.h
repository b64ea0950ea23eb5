// 16 lanes of floats in four NEON registers of a 64-bit ARM.
#pragma once

#include <arm_neon.h>
#include <cstdint>
#include <cstring>

namespace gto {
namespace {

inline float half_value(uint16_t bits) { return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0); }

struct lanes {
    static constexpr const char * name = "NEON";
    static constexpr int rows = 3;
    static constexpr int outputs(int rows) { return rows == 1 ? 4 : 2; }

    struct vec {
        float32x4_t at[4];
    };

    static vec zero() { return {{vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)}}; }
    static vec load(const float * p) { return {{vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12)}}; }
    static vec load(const float * p, int64_t n) {
        float some[16] = {};
        memcpy(some, p, n * sizeof(float));
        return load(some);
    }
    static void store(float * p, vec v) {
        for (int i = 0; i < 4; i++) vst1q_f32(p + 4 * i, v.at[i]);
    }
    static vec fma(vec a, vec b, vec c) {
        return {{vfmaq_f32(c.at[0], a.at[0], b.at[0]), vfmaq_f32(c.at[1], a.at[1], b.at[1]), vfmaq_f32(c.at[2], a.at[2], b.at[2]), vfmaq_f32(c.at[3], a.at[3], b.at[3])}};
    }
    static void sums(const vec * v, float * out) {
        for (int i = 0; i < 4; i++) {
            const float32x4_t fours = vaddq_f32(vaddq_f32(v[i].at[0], v[i].at[2]), vaddq_f32(v[i].at[1], v[i].at[3]));
            const float32x2_t pair = vadd_f32(vget_low_f32(fours), vget_high_f32(fours));
            out[i] = vget_lane_f32(pair, 0) + vget_lane_f32(pair, 1);
        }
    }

    static vec from_f16(const void * p) {
        const uint16x8_t a = vld1q_u16((const uint16_t *) p), b = vld1q_u16((const uint16_t *) p + 8);
        return {{widen_half(vget_low_u16(a)), widen_half(vget_high_u16(a)), widen_half(vget_low_u16(b)), widen_half(vget_high_u16(b))}};
    }
    static vec from_bf16(const void * p) {
        const uint16x8_t a = vld1q_u16((const uint16_t *) p), b = vld1q_u16((const uint16_t *) p + 8);
        return {{widen(vget_low_u16(a)), widen(vget_high_u16(a)), widen(vget_low_u16(b)), widen(vget_high_u16(b))}};
    }
    static vec from_q8_0(uint16_t scale, const int8_t * p) {
        const float32x4_t d = vdupq_n_f32(half_value(scale));
        const int8x16_t q = vld1q_s8(p);
        const int16x8_t a = vmovl_s8(vget_low_s8(q)), b = vmovl_s8(vget_high_s8(q));
        return {{vmulq_f32(d, widen(vget_low_s16(a))), vmulq_f32(d, widen(vget_high_s16(a))), vmulq_f32(d, widen(vget_low_s16(b))), vmulq_f32(d, widen(vget_high_s16(b)))}};
    }

    // for attention
    struct ints {
        int32x4_t at[4];
    };
    struct wide { // 16 sums of 64 bits
        int64x2_t at[8];
    };
    static constexpr int place(int lane) { return lane; } // in a wide

    static vec set(float x) { return {{vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x)}}; }
    static vec add(vec a, vec b) {
        return each([&](int i) { return vaddq_f32(a.at[i], b.at[i]); });
    }
    static vec sub(vec a, vec b) {
        return each([&](int i) { return vsubq_f32(a.at[i], b.at[i]); });
    }
    static vec mul(vec a, vec b) {
        return each([&](int i) { return vmulq_f32(a.at[i], b.at[i]); });
    }
    static vec div(vec a, vec b) {
        return each([&](int i) { return vdivq_f32(a.at[i], b.at[i]); });
    }
    static vec max(vec a, vec b) {
        return each([&](int i) { return vmaxq_f32(a.at[i], b.at[i]); });
    }
    static vec magnitude(vec a) {
        return each([&](int i) { return vabsq_f32(a.at[i]); });
    }
    static vec unless_equal(vec a, vec b, vec yes, vec no) {
        return each([&](int i) { return vbslq_f32(vceqq_f32(a.at[i], b.at[i]), no.at[i], yes.at[i]); });
    }
    static vec if_less(vec a, vec b, vec yes, vec no) {
        return each([&](int i) { return vbslq_f32(vcltq_f32(a.at[i], b.at[i]), yes.at[i], no.at[i]); });
    }
    static ints bits(vec a) {
        ints v;
        for (int i = 0; i < 4; i++) v.at[i] = vreinterpretq_s32_f32(a.at[i]);
        return v;
    }
    static ints largest(ints a, ints b) {
        for (int i = 0; i < 4; i++) b.at[i] = vmaxq_s32(a.at[i], b.at[i]);
        return b;
    }
    static ints rounded(vec a) {
        ints v;
        for (int i = 0; i < 4; i++) v.at[i] = vcvtnq_s32_f32(a.at[i]);
        return v;
    }
    static vec power_of_two(vec shifted) {
        return each([&](int i) { return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vreinterpretq_s32_f32(shifted.at[i]), vdupq_n_s32(127)), 23)); });
    }
    static void store(int32_t * p, ints v) {
        for (int i = 0; i < 4; i++) vst1q_s32(p + 4 * i, v.at[i]);
    }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        uint16x8_t equal = vdupq_n_u16(0xffff);
        for (int i = 0; i < 8; i++) equal = vandq_u16(equal, vceqq_u16(vld1q_u16(p + 8 * i), vdupq_n_u16(from)));
        return vminvq_u16(equal) == 0;
    }

    static wide wide_zero() {
        wide v;
        for (int64x2_t & x : v.at) x = vdupq_n_s64(0);
        return v;
    }
    static wide load(const int64_t * p) {
        wide v;
        for (int i = 0; i < 8; i++) v.at[i] = vld1q_s64(p + 2 * i);
        return v;
    }
    static void store(int64_t * p, const wide & v) {
        for (int i = 0; i < 8; i++) vst1q_s64(p + 2 * i, v.at[i]);
    }
    typedef ints factors;
    static factors spread(ints v) { return v; }
    static wide multiply_add(const factors & v, int32_t n, wide sum) {
        const int32x2_t x = vdup_n_s32(n);
        for (int i = 0; i < 4; i++) {
            sum.at[2 * i] = vmlal_s32(sum.at[2 * i], vget_low_s32(v.at[i]), x);
            sum.at[2 * i + 1] = vmlal_s32(sum.at[2 * i + 1], vget_high_s32(v.at[i]), x);
        }
        return sum;
    }

  private:
    template <class F> static vec each(F && f) { return {{f(0), f(1), f(2), f(3)}}; }
    static float32x4_t widen_half(uint16x4_t bits) { return vcvt_f32_f16(vreinterpret_f16_u16(bits)); }
    static float32x4_t widen(uint16x4_t bf16) { return vreinterpretq_f32_u32(vshll_n_u16(bf16, 16)); }
    static float32x4_t widen(int16x4_t q) { return vcvtq_f32_s32(vmovl_s16(q)); }
};

} // namespace
} // namespace gto
