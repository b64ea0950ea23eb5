// exp for long float loops: no call, no table, no branch, so that the host compiler vectorises the loop around it.
#pragma once

#include "kernel/group.h"

#include <cmath>
#include <cstring>

namespace gto {

// exp(x) with a relative error below 2.4e-7 (2 ulp); x above 88 counts as 88, below -126.5 ln 2 (-87.7) the result is
// 0, NaN stays NaN. x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) is its series up to r^6 (the rest is below 1.3e-7), 2^n
// is written into the exponent.
GTO_HD float exponential(float x) {
#if defined(__CUDA_ARCH__)
    return x < -87.68f ? 0.0f : expf(x > 88.0f ? 88.0f : x);
#else
    constexpr float to_int = 12582912.0f; // 1.5 * 2^23: adding it leaves the rounded integer in the low bits
    // Bounds by masks: behind `x < -88 ? -88 : x` the compiler folds the rest for the constant, and is left with a
    // branch. In bits a positive float is at most 0x7f800000 (infinity), 0x42b00000 is 88, 0xc2b00000 is -88; beyond
    // infinity lie the NaN.
    uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    const uint32_t high = 0u - (uint32_t) (bits - 0x42b00000u <= 0x7f800000u - 0x42b00000u);
    // there n is -127, the exponent field of 0
    const uint32_t low = 0u - (uint32_t) (bits - 0xc2b00000u <= 0xff800000u - 0xc2b00000u);
    bits = (bits & ~(high | low)) | (high & 0x42b00000u) | (low & 0xc2b00000u);
    float clamped;
    std::memcpy(&clamped, &bits, sizeof clamped);
    const float shifted = clamped * 1.44269504f + to_int;
    const float n = shifted - to_int;
    // ln 2 in two parts: the first has few enough bits that n times it is exact
    const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.3888889e-3f;
    p = p * r + 8.3333333e-3f;
    p = p * r + 4.1666667e-2f;
    p = p * r + 1.6666667e-1f;
    p = p * r + 0.5f;
    const float y = p * (r * r) + r + 1.0f;
    std::memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127u) << 23;
    float power;
    std::memcpy(&power, &bits, sizeof power);
    return y * power;
#endif
}

} // namespace gto
