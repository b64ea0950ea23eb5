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
    static constexpr int queries = 2;
    static constexpr int outputs(int) { return 2; }

    struct vec {
        float at[16];
    };
    typedef vec part;
    static constexpr int parts = 1;
    static part & at(vec & v, int) { return v; }
    [[gnu::always_inline]] static part load_part(const float * p) { return load(p); }
    [[gnu::always_inline]] static part part_from_f16(const void * p) { return from_f16(p); }
    [[gnu::always_inline]] static part part_from_bf16(const void * p) { return from_bf16(p); }
    [[gnu::always_inline]] static part part_from_q8_0(uint16_t scale, const int8_t * p) { return from_q8_0(scale, p); }

    [[gnu::always_inline]] static vec zero() { return {}; }
    [[gnu::always_inline]] static vec load(const float * p) { return load(p, 16); }
    [[gnu::always_inline]] static vec load(const float * p, int64_t n) {
        vec v = {};
        memcpy(v.at, p, n * sizeof(float));
        return v;
    }
    static void store(float * p, vec v) { memcpy(p, v.at, sizeof v.at); }
    [[gnu::always_inline]] static vec fma(const vec & a, const vec & b, vec c) {
        for (int i = 0; i < 16; i++) c.at[i] = __builtin_fmaf(a.at[i], b.at[i], c.at[i]);
        return c;
    }
    [[gnu::always_inline]] static void sums(const vec * v, float * out) {
        for (int i = 0; i < 4; i++) {
            vec sum = v[i];
            for (int n = 8; n; n /= 2) {
                for (int l = 0; l < n; l++) sum.at[l] += sum.at[l + n];
            }
            out[i] = sum.at[0];
        }
    }

    [[gnu::always_inline]] static vec from_f16(const void * p) {
        uint16_t bits[16];
        memcpy(bits, p, sizeof bits);
        vec v;
        for (int i = 0; i < 16; i++) v.at[i] = half_value(bits[i]);
        return v;
    }
    [[gnu::always_inline]] static vec from_bf16(const void * p) {
        uint16_t bits[16];
        memcpy(bits, p, sizeof bits);
        vec v;
        for (int i = 0; i < 16; i++) {
            const uint32_t wide = (uint32_t) bits[i] << 16;
            memcpy(&v.at[i], &wide, sizeof wide);
        }
        return v;
    }
    [[gnu::always_inline]] static vec from_q8_0(uint16_t scale, const int8_t * p) {
        const float d = half_value(scale);
        vec v;
        for (int i = 0; i < 16; i++) v.at[i] = d * p[i];
        return v;
    }

    // for attention
    struct ints {
        int32_t at[16];
    };
    struct wide {
        double at[16];
    };
    static constexpr int wides = 1; // of a vec

    [[gnu::always_inline]] static vec set(float x) {
        return each([&](int) { return x; });
    }
    [[gnu::always_inline]] static vec add(const vec & a, const vec & b) {
        return each([&](int i) { return a.at[i] + b.at[i]; });
    }
    [[gnu::always_inline]] static vec sub(const vec & a, const vec & b) {
        return each([&](int i) { return a.at[i] - b.at[i]; });
    }
    [[gnu::always_inline]] static vec mul(const vec & a, const vec & b) {
        return each([&](int i) { return a.at[i] * b.at[i]; });
    }
    [[gnu::always_inline]] static vec div(const vec & a, const vec & b) {
        return each([&](int i) { return a.at[i] / b.at[i]; });
    }
    [[gnu::always_inline]] static vec max(const vec & a, const vec & b) {
        return each([&](int i) { return a.at[i] > b.at[i] ? a.at[i] : b.at[i]; });
    }
    [[gnu::always_inline]] static vec magnitude(const vec & a) {
        return each([&](int i) { return __builtin_fabsf(a.at[i]); });
    }
    [[gnu::always_inline]] static vec unless_equal(const vec & a, const vec & b, const vec & yes, const vec & no) {
        return each([&](int i) { return a.at[i] != b.at[i] ? yes.at[i] : no.at[i]; });
    }
    [[gnu::always_inline]] static vec if_less(const vec & a, const vec & b, const vec & yes, const vec & no) {
        return each([&](int i) { return a.at[i] < b.at[i] ? yes.at[i] : no.at[i]; });
    }
    [[gnu::always_inline]] static ints bits(const vec & a) {
        ints v;
        memcpy(v.at, a.at, sizeof v.at);
        return v;
    }
    static ints largest(const ints & a, ints b) {
        for (int i = 0; i < 16; i++) b.at[i] = a.at[i] > b.at[i] ? a.at[i] : b.at[i];
        return b;
    }
    static ints add(const ints & a, ints b) {
        for (int i = 0; i < 16; i++) b.at[i] += a.at[i];
        return b;
    }
    static bool any(const ints & v) {
        int32_t all = 0;
        for (int32_t x : v.at) all |= x;
        return all != 0;
    }
    [[gnu::always_inline]] static ints rounded(const vec & a) {
        ints v;
        for (int i = 0; i < 16; i++) {
            v.at[i] = __builtin_fabsf(a.at[i]) < 0x1p31f ? (int32_t) __builtin_rintf(a.at[i]) : INT32_MIN;
        }
        return v;
    }
    [[gnu::always_inline]] static vec power_of_two(const vec & shifted) {
        const ints n = bits(shifted);
        vec v;
        for (int i = 0; i < 16; i++) {
            const uint32_t power = ((uint32_t) n.at[i] + 127) << 23;
            memcpy(&v.at[i], &power, sizeof power);
        }
        return v;
    }
    static ints load(const int32_t * p) {
        ints v;
        memcpy(v.at, p, sizeof v.at);
        return v;
    }
    static void store(int32_t * p, const ints & v) { memcpy(p, v.at, sizeof v.at); }
    static bool any_differs(const uint16_t * p, uint16_t from) { // of 64
        for (int i = 0; i < 64; i++) {
            if (p[i] != from) return true;
        }
        return false;
    }

    [[gnu::always_inline]] static wide wide_set(double x) {
        return each_wide([&](int) { return x; });
    }
    [[gnu::always_inline]] static wide load(const double * p) {
        return each_wide([&](int i) { return p[i]; });
    }
    static void store(double * p, const wide & v) { memcpy(p, v.at, sizeof v.at); }
    [[gnu::always_inline]] static wide widen(const vec & v, int) {
        return each_wide([&](int i) { return (double) v.at[i]; });
    }
    [[gnu::always_inline]] static wide widen(const ints & v, int) {
        return each_wide([&](int i) { return (double) v.at[i]; });
    }
    [[gnu::always_inline]] static wide add(const wide & a, const wide & b) {
        return each_wide([&](int i) { return a.at[i] + b.at[i]; });
    }
    [[gnu::always_inline]] static wide sub(const wide & a, const wide & b) {
        return each_wide([&](int i) { return a.at[i] - b.at[i]; });
    }
    [[gnu::always_inline]] static wide fma(const wide & a, const wide & b, const wide & c) {
        return each_wide([&](int i) { return __builtin_fma(a.at[i], b.at[i], c.at[i]); });
    }
    [[gnu::always_inline]] static wide zero_if_zero(const wide & a, const wide & b) { // b, but 0 where a is
        return each_wide([&](int i) { return a.at[i] != 0 ? b.at[i] : 0; });
    }
    [[gnu::always_inline]] static wide in_registers(const wide & v) { return v; }

  private:
    template <class F> static wide each_wide(F && f) {
        wide v;
        for (int i = 0; i < 16; i++) v.at[i] = f(i);
        return v;
    }
    template <class F> static vec each(F && f) {
        vec v;
        for (int i = 0; i < 16; i++) v.at[i] = f(i);
        return v;
    }
};

} // namespace
} // namespace gto
