// Random rows of logits, and naive double forms of what the row kernels compute.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <vector>

namespace gto_test {

constexpr float infinity = std::numeric_limits<float>::infinity();

inline std::vector<float> normal(int32_t n, float scale, uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> draw(0.0f, scale);
    std::vector<float> v(n);
    for (float & x : v) x = draw(random);
    return v;
}

inline std::vector<double> naive_softmax(const std::vector<double> & z) {
    const double top = *std::max_element(z.begin(), z.end());
    std::vector<double> p(z.size());
    for (size_t i = 0; i < z.size(); ++i) p[i] = std::exp(z[i] - top);
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double & x : p) x /= sum;
    return p;
}

inline double naive_log_sum_exp(const std::vector<double> & z) {
    const double top = *std::max_element(z.begin(), z.end());
    double sum = 0.0;
    for (const double x : z) sum += std::exp(x - top);
    return top + std::log(sum);
}

inline double naive_log_softmax(const std::vector<double> & z, int32_t i) { return z[i] - naive_log_sum_exp(z); }

inline std::vector<float> distribution(int32_t n, uint32_t seed) {
    const std::vector<float> z = normal(n, 2.0f, seed);
    const std::vector<double> p = naive_softmax({z.begin(), z.end()});
    return {p.begin(), p.end()};
}

// Pearson's statistic of n draws from p; tokens that are expected less than five times count as one.
inline double chi_square(const std::vector<double> & p, const std::map<int32_t, int32_t> & counts, int32_t n) {
    double chi = 0, rare_p = 0, rare = 0;
    for (int32_t v = 0; v < (int32_t) p.size(); v++) {
        const double count = counts.count(v) ? counts.at(v) : 0;
        if (p[v] * n < 5) {
            rare_p += p[v];
            rare += count;
        } else {
            chi += (count - p[v] * n) * (count - p[v] * n) / (p[v] * n);
        }
    }
    return rare_p * n >= 1 ? chi + (rare - rare_p * n) * (rare - rare_p * n) / (rare_p * n) : rare > 5 ? 1e9 : chi;
}

inline void expect_near_all(const std::vector<float> & found, const std::vector<float> & expected, float tolerance) {
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], tolerance) << "entry " << i;
}

} // namespace gto_test
