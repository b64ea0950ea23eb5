#pragma once

#include <cstdint>
#include <cstring>

namespace gto {

// The value of an F16: exact.
inline float half_value(uint16_t bits) {
    const uint32_t sign = (uint32_t) (bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 1023;
    // zero and what is too small for an exponent
    if (exponent == 0) return (sign ? -0x1p-24f : 0x1p-24f) * (float) fraction;
    const uint32_t f32 = sign | (exponent == 31 ? 0x7f800000 : (exponent + 112) << 23) | fraction << 13;
    float value;
    memcpy(&value, &f32, 4);
    return value;
}

} // namespace gto
