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

  private:
    static float32x4_t widen_half(uint16x4_t bits) { return vcvt_f32_f16(vreinterpret_f16_u16(bits)); }
    static float32x4_t widen(uint16x4_t bf16) { return vreinterpretq_f32_u32(vshll_n_u16(bf16, 16)); }
    static float32x4_t widen(int16x4_t q) { return vcvtq_f32_s32(vmovl_s16(q)); }
};

} // namespace
} // namespace gto
