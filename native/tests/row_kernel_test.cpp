// Softmax, log-sum-exp and top-k rows against naive forms, with one lane and several.
#include "draft/child_rows.h"
#include "loss/rows.h"
#include "support/distributions.h"
#include "support/lanes.h"

#include <gtest/gtest.h>

using namespace gto;
using namespace gto_test;

namespace {

std::vector<int32_t> sorted_top(const std::vector<float> & z, int32_t k) {
    std::vector<int32_t> order(z.size());
    std::iota(order.begin(), order.end(), 0);
    const auto key = [&](int32_t i) { return std::isnan(z[i]) ? -infinity : z[i]; };
    std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return key(a) > key(b); });
    order.resize(k);
    return order;
}

} // namespace

TEST(Softmax, AgreesWithTheNaiveFormAndWithSeveralLanes) {
    for (const int32_t n : {1, 3, 100, 1025, 8192}) {
        const std::vector<float> z = normal(n, 4.0f, n);
        const std::vector<double> expected = naive_softmax({z.begin(), z.end()});
        std::vector<float> serial = z, shared = z;
        softmax_row(serial.data(), n);
        for (int32_t i = 0; i < n; ++i) ASSERT_NEAR(serial[i] / expected[i], 1.0, 1e-5);
        on_lanes(4, [&](lane_group g) { softmax_row(g, shared.data(), n); });
        expect_near_all(shared, serial, 1e-6f);
    }
}

TEST(LogSumExp, AgreesWithSeveralLanes) {
    const std::vector<float> z = normal(5000, 4.0f, 11);
    const std::vector<double> exact(z.begin(), z.end());
    EXPECT_NEAR(log_sum_exp_row(z.data(), 5000), naive_log_sum_exp(exact), 1e-5);
    on_lanes(4, [&](lane_group g) {
        const float lanes = log_sum_exp_row(g, z.data(), 5000);
        EXPECT_NEAR(lanes, log_sum_exp_row(z.data(), 5000), 1e-6f);
    });
}

TEST(TopK, AgreesWithSorting) {
    for (const int32_t n : {1, 2, 63, 64, 65, 1000, 8192}) {
        std::vector<std::vector<float>> cases = {normal(n, 1.0f, n), normal(n, 1.0f, n + 1), normal(n, 1.0f, n + 2),
                                                 normal(n, 1.0f, n + 3)};
        for (float & x : cases[1]) x = std::round(x * 2.0f); // ties
        std::sort(cases[2].begin(), cases[2].end());         // every entry enters the list
        for (size_t i = 0; i < cases[3].size(); ++i) {       // NaN and -inf, more than k of them at the start
            if (i < 70) cases[3][i] = i % 2 ? -infinity : (float) NAN;
        }
        for (const std::vector<float> & z : cases) {
            for (const int32_t k : {1, 10, 64}) {
                if (k > n) continue;
                const std::vector<int32_t> expected = sorted_top(z, k);
                std::vector<int32_t> serial(k), shared(k);
                std::vector<float> values(k), shared_values(k);
                top_k_row(z.data(), n, k, serial.data(), values.data());
                EXPECT_EQ(serial, expected) << n << ", " << k;
                for (int32_t j = 0; j < k; ++j) {
                    EXPECT_EQ(values[j], std::isnan(z[expected[j]]) ? -infinity : z[expected[j]]);
                }
                on_lanes(4, [&](lane_group g) { top_k_row(g, z.data(), n, k, shared.data(), shared_values.data()); });
                EXPECT_EQ(shared, expected) << n << ", " << k;
                EXPECT_EQ(shared_values, values);
            }
        }
    }
}

TEST(Children, AreTheMostProbableTokens) {
    constexpr int32_t n = 3, n_vocab = 200, stride = 208, k = 5;
    const std::vector<float> z = normal(n * stride, 2.0f, 21);
    std::vector<int32_t> tokens(n * k), d2t(n_vocab), t2d(2 * n_vocab, -1);
    std::vector<float> log_prob(n * k);
    for (int32_t i = 0; i < n_vocab; ++i) t2d[d2t[i] = 2 * i + 1] = i;
    const int32_t asked[n] = {2 * n_vocab - 1, 0, 3};
    float asked_log_prob[n];
    const matrix rows = {const_cast<float *>(z.data()), n, n_vocab, stride};
    const child_rows children{rows,        n_vocab,        nullptr,    nullptr,       k,
                              2 * n_vocab, d2t.data(),     t2d.data(), tokens.data(), log_prob.data(),
                              asked,       asked_log_prob, {}};
    on_lanes(4, [&](lane_group g) {
        for (int32_t i = 0; i < n; ++i) children(g, i);
    });
    for (int32_t i = 0; i < n; ++i) {
        const std::vector<float> logits(z.begin() + i * stride, z.begin() + i * stride + n_vocab);
        const std::vector<int32_t> expected = sorted_top(logits, k);
        for (int32_t j = 0; j < k; ++j) {
            EXPECT_EQ(tokens[i * k + j], 2 * expected[j] + 1);
            EXPECT_NEAR(log_prob[i * k + j], naive_log_softmax({logits.begin(), logits.end()}, expected[j]), 1e-5);
        }
        const int32_t id = t2d[asked[i]];
        if (id < 0) {
            EXPECT_EQ(asked_log_prob[i], -INFINITY);
        } else {
            EXPECT_NEAR(asked_log_prob[i], naive_log_softmax({logits.begin(), logits.end()}, id), 1e-5);
        }
    }
}
