// Numbers of 16 bits, the same on the host and in kernels.
#pragma once

#include "kernel/group.h"

#include <cstring>

namespace gto {

GTO_HD float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

GTO_HD uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

GTO_HD float float_of_bf16(uint16_t half) { return float_of_bits((uint32_t) half << 16); }

GTO_HD float float_of_f16(uint16_t half) {
    const uint32_t sign = (uint32_t) (half & 0x8000u) << 16, exponent = half >> 10 & 31u, fraction = half & 1023u;
    if (exponent == 0) { // below the normal numbers: a multiple of 2^-24
        const float value = (float) fraction * 5.9604644775390625e-8f;
        return sign ? -value : value;
    }
    if (exponent == 31) return float_of_bits(sign | 0x7f800000u | fraction << 13);
    return float_of_bits(sign | (exponent + 112) << 23 | fraction << 13);
}

// To the nearest, ties to even; NaN stays NaN.
GTO_HD uint16_t bf16_of_float(float value) {
    const uint32_t bits = bits_of_float(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t) (bits >> 16 | 64u);
    return (uint16_t) ((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

// To the nearest, ties to even; beyond the largest number infinity; NaN stays NaN.
GTO_HD uint16_t f16_of_float(float value) {
    const uint32_t bits = bits_of_float(value), sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return (uint16_t) (sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) return (uint16_t) (sign | 0x7c00u);
    if (magnitude < 0x38800000u) { // 0.5 has 2^-24 as its last bit, and the addition rounds
        return (uint16_t) (sign | (bits_of_float(float_of_bits(magnitude) + 0.5f) - 0x3f000000u));
    }
    return (uint16_t) (sign | (magnitude + 0xfffu + (magnitude >> 13 & 1u) - 0x38000000u) >> 13);
}

} // namespace gto
