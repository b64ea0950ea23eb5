// Vectors of 128 bits of 64-bit ARM, for source files that have chosen their instruction set: what integer_block.h asks
// of `lanes`, but for products.
#pragma once

#include <arm_neon.h>
#include <cstdint>
#include <cstring>

namespace gto {
namespace {

struct lanes_neon {
    typedef uint8_t bytes __attribute__((vector_size(16)));
    typedef int32_t ints __attribute__((vector_size(16)));
    typedef float floats __attribute__((vector_size(16)));
    static constexpr int rows = 4;
    static constexpr int strips_together(int) { return 4; }

    static bytes load(const uint8_t * p) { return (bytes) vld1q_u8(p); }
    static ints splat(const int32_t * p) { return (ints) vld1q_dup_s32(p); }
    static floats splat(const float * p) { return (floats) vld1q_dup_f32(p); }
    static ints four(const int8_t * p) { return (ints) vld1q_dup_s32((const int32_t *) p); }
    static floats halves(const uint8_t * p) { return (floats) vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }
    static ints widen(const uint8_t * p) {
        return (ints) vmovl_s16(vreinterpret_s16_u16(vget_low_u16(vmovl_u8(four_bytes(p)))));
    }
    static ints widen(const int8_t * p) {
        return (ints) vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u8(four_bytes((const uint8_t *) p)))));
    }
    static bytes lookup(const uint8_t * table, bytes codes) {
        return (bytes) vqtbl1q_u8(vld1q_u8(table), (uint8x16_t) codes);
    }
    template <class V> static void settle(V & v) { asm("" : "+w"(v)); }
    static floats fused(floats a, floats b, floats c) {
        return (floats) vfmaq_f32((float32x4_t) c, (float32x4_t) a, (float32x4_t) b);
    }
    static ints round(floats x) { return (ints) vcvtnq_s32_f32((float32x4_t) x); }
    static void narrow(const ints (&v)[8], int8_t * to) {
        for (int i = 0; i < 8; i += 4) {
            const int16x8_t first = vcombine_s16(vmovn_s32((int32x4_t) v[i]), vmovn_s32((int32x4_t) v[i + 1]));
            const int16x8_t second = vcombine_s16(vmovn_s32((int32x4_t) v[i + 2]), vmovn_s32((int32x4_t) v[i + 3]));
            vst1q_s8(to + 4 * i, vcombine_s8(vmovn_s16(first), vmovn_s16(second)));
        }
    }

  private:
    static uint8x8_t four_bytes(const uint8_t * p) {
        uint32_t v;
        memcpy(&v, p, 4);
        return vreinterpret_u8_u32(vdup_n_u32(v));
    }
};

} // namespace
} // namespace gto
