// What attention computes with, 16 lanes at once: exp, tanh, exact sums. For a source file that has chosen its
// instruction set and included its `lanes`.
#pragma once

namespace gto {
namespace {

using ints = lanes::ints;
using wide = lanes::wide;

constexpr float infinity = __builtin_inff();

// exp(x), x <= 0, as x = n ln 2 + r with |r| <= ln 2 / 2 and the series up to r^6; exactly 1 at 0; below -64 as at -64,
// which is no step of a weight.
inline vec exponential_of(vec x) {
    constexpr float to_int = 12582912.0f; // 1.5 * 2^23: adding it leaves the rounded integer in the low bits
    x = lanes::max(x, lanes::set(-64));
    const vec shifted = lanes::fma(x, lanes::set(1.44269504f), lanes::set(to_int));
    const vec n = lanes::sub(shifted, lanes::set(to_int));
    // ln 2 in two parts: the first has few enough bits that n times it is exact
    const vec r = lanes::fma(n, lanes::set(2.12194440e-4f), lanes::fma(n, lanes::set(-0.693359375f), x));
    vec p = lanes::fma(lanes::set(1.3888889e-3f), r, lanes::set(8.3333333e-3f));
    p = lanes::fma(p, r, lanes::set(4.1666667e-2f));
    p = lanes::fma(p, r, lanes::set(1.6666667e-1f));
    p = lanes::fma(p, r, lanes::set(0.5f));
    p = lanes::fma(p, r, lanes::set(1));
    p = lanes::fma(p, r, lanes::set(1));
    // exact: a compiler that fuses it with what follows changes nothing
    return lanes::mul(p, lanes::power_of_two(shifted));
}

// tanh |x| from exp(-2 |x|); near 0, where that would cancel, from a polynomial that fits (tanh x / x - 1) / x^2.
inline vec hyperbolic_tangent(vec x) {
    const vec a = lanes::magnitude(x), one = lanes::set(1), square = lanes::mul(a, a);
    const vec e = exponential_of(lanes::mul(a, lanes::set(-2)));
    const vec far = lanes::div(lanes::sub(one, e), lanes::add(one, e));
    vec p = lanes::fma(lanes::set(-6.04516501e-3f), square, lanes::set(2.09613293e-2f));
    p = lanes::fma(p, square, lanes::set(-5.38432635e-2f));
    p = lanes::fma(p, square, lanes::set(1.33327186e-1f));
    p = lanes::fma(p, square, lanes::set(-3.33333284e-1f));
    const vec near = lanes::fma(lanes::mul(p, square), a, a);
    const vec of_magnitude = lanes::if_less(a, lanes::set(0.625f), near, far);
    return lanes::if_less(x, lanes::zero(), lanes::sub(lanes::zero(), of_magnitude), of_magnitude);
}

inline int32_t largest_lane(ints v) {
    int32_t at[16], most = 0;
    lanes::store(at, v);
    for (int32_t x : at) most = x > most ? x : most;
    return most;
}

// A sum of integers, which F64 holds exactly.
class exact_sum {
  public:
    exact_sum() : sum_(lanes::wide_set(0)) {}
    void add(ints v) {
#pragma GCC unroll 2
        for (int i = 0; i < lanes::wides; i++) sum_ = lanes::add(sum_, lanes::widen(v, i));
    }
    double value() const {
        double at[16 / lanes::wides], sum = 0;
        lanes::store(at, sum_);
        for (double x : at) sum += x;
        return sum;
    }

  private:
    wide sum_;
};

inline float first_lane(vec v) {
    float at[16];
    lanes::store(at, v);
    return at[0];
}

inline float largest_lane(vec v) {
    float at[16], most = -infinity;
    lanes::store(at, v);
    for (float x : at) most = x > most ? x : most;
    return most;
}

inline bool all_zero(vec v) {
    float at[16];
    lanes::store(at, v);
    for (float x : at) {
        if (!(x == 0)) return false;
    }
    return true;
}

} // namespace
} // namespace gto
