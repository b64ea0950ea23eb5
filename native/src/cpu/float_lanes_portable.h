// 16 lanes of floats in plain C++: for processors without one of the other instruction sets, and to hold those against.
#pragma once

#include <cstdint>
#include <cstring>

namespace gto {
namespace {

inline float half_value(uint16_t bits) {
    const uint32_t sign = (uint32_t) (bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    uint32_t wide;
    if (exponent == 0) { // a multiple of 2^-24
        const float value = (float) fraction * 0x1p-24f;
        memcpy(&wide, &value, sizeof wide);
        wide |= sign;
    } else {
        wide = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
    }
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

struct lanes {
    static constexpr const char * name = "portable";
    static constexpr int rows = 2;
    static constexpr int outputs(int) { return 2; }

    struct vec {
        float at[16];
    };

    static vec zero() { return {}; }
    static vec load(const float * p) { return load(p, 16); }
    static vec load(const float * p, int64_t n) {
        vec v = {};
        memcpy(v.at, p, n * sizeof(float));
        return v;
    }
    static void store(float * p, vec v) { memcpy(p, v.at, sizeof v.at); }
    static vec fma(const vec & a, const vec & b, vec c) {
        for (int i = 0; i < 16; i++) c.at[i] = __builtin_fmaf(a.at[i], b.at[i], c.at[i]);
        return c;
    }
    static void sums(const vec * v, float * out) {
        for (int i = 0; i < 4; i++) {
            vec sum = v[i];
            for (int n = 8; n; n /= 2) {
                for (int l = 0; l < n; l++) sum.at[l] += sum.at[l + n];
            }
            out[i] = sum.at[0];
        }
    }

    static vec from_f16(const void * p) {
        uint16_t bits[16];
        memcpy(bits, p, sizeof bits);
        vec v;
        for (int i = 0; i < 16; i++) v.at[i] = half_value(bits[i]);
        return v;
    }
    static vec from_bf16(const void * p) {
        uint16_t bits[16];
        memcpy(bits, p, sizeof bits);
        vec v;
        for (int i = 0; i < 16; i++) {
            const uint32_t wide = (uint32_t) bits[i] << 16;
            memcpy(&v.at[i], &wide, sizeof wide);
        }
        return v;
    }
    static vec from_q8_0(uint16_t scale, const int8_t * p) {
        const float d = half_value(scale);
        vec v;
        for (int i = 0; i < 16; i++) v.at[i] = d * p[i];
        return v;
    }
};

} // namespace
} // namespace gto
