// Numbers of 16 bits against ggml's: all halves, all places between two of them, and floats of any bits.
#include "kernel/half.h"

#include <cmath>
#include <ggml.h>
#include <gtest/gtest.h>
#include <random>

using namespace gto;

namespace {

constexpr uint32_t all_halves = 1 << 16;

// NaN must stay NaN; which one is nobody's business.
void expect_same(float found, float expected, uint32_t half) {
    if (std::isnan(expected)) {
        ASSERT_TRUE(std::isnan(found)) << std::hex << half;
    } else {
        ASSERT_EQ(bits_of_float(found), bits_of_float(expected)) << std::hex << half;
    }
}

void expect_f16(float value) {
    const uint16_t found = f16_of_float(value), expected = ggml_fp32_to_fp16(value);
    if (std::isnan(value)) {
        ASSERT_GT(found & 0x7fff, 0x7c00) << std::hex << bits_of_float(value);
    } else {
        ASSERT_EQ(found, expected) << std::hex << bits_of_float(value);
    }
}

void expect_bf16(float value) {
    const uint16_t found = bf16_of_float(value), expected = ggml_fp32_to_bf16(value).bits;
    if (std::isnan(value)) {
        ASSERT_GT(found & 0x7fff, 0x7f80) << std::hex << bits_of_float(value);
    } else {
        ASSERT_EQ(found, expected) << std::hex << bits_of_float(value);
    }
}

// The float and those next to it.
template <class F> void with_neighbours(float value, F expect) {
    const uint32_t bits = bits_of_float(value);
    for (const uint32_t near : {bits - 1, bits, bits + 1}) expect(float_of_bits(near));
}

} // namespace

TEST(Half, AllAreTheFloatsThatGgmlMakes) {
    for (uint32_t half = 0; half < all_halves; half++) {
        expect_same(float_of_f16((uint16_t) half), ggml_fp16_to_fp32((ggml_fp16_t) half), half);
        expect_same(float_of_bf16((uint16_t) half), ggml_bf16_to_fp32({(uint16_t) half}), half);
        if (HasFatalFailure()) return;
    }
}

// Half way from each number to the next, and a float to either side of it.
TEST(Half, IsRoundedAsByGgmlAtEveryTie) {
    for (uint32_t half = 0; half < all_halves; half++) {
        with_neighbours(float_of_bits(half << 16 | 0x8000u), expect_bf16);
        const float here = ggml_fp16_to_fp32((ggml_fp16_t) half), next = ggml_fp16_to_fp32((ggml_fp16_t) (half + 1));
        if (std::isfinite(here)) {
            with_neighbours(here, expect_f16);
            // after the largest comes 65536, to which 65520 is as near
            with_neighbours(std::isfinite(next) ? (here + next) / 2 : std::copysign(65520.0f, here), expect_f16);
        }
        if (HasFatalFailure()) return;
    }
}

TEST(Half, IsRoundedAsByGgmlForFloatsOfAnyBits) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (int32_t i = 0; i < 2000000; i++) {
        const float any = float_of_bits((uint32_t) random());
        const float small = std::ldexp(normal(random), -(int) (random() % 30)); // where F16 has numbers
        for (const float value : {any, small}) {
            expect_f16(value);
            expect_bf16(value);
        }
        if (HasFatalFailure()) return;
    }
}

TEST(Half, KeepsInfinityAndNan) {
    for (const uint32_t bits : {0x7f800000u, 0xff800000u, 0x7f800001u, 0xffffffffu, 0x7fc00000u, 0x7f7fffffu, 0u,
                                0x80000000u, 1u, 0x80000001u, 0x007fffffu}) {
        expect_f16(float_of_bits(bits));
        expect_bf16(float_of_bits(bits));
    }
}
