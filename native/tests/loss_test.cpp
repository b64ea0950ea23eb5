// Row kernels over logits against naive double forms, finite differences, extremes, and several lanes.
#include "gto4j/loss.h"
#include "loss/batch.h"
#include "loss/rows.h"
#include "support/lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

using namespace gto;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<float> normal(int32_t n, float scale, uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> draw(0.0f, scale);
    std::vector<float> v(n);
    for (float & x : v) x = draw(random);
    return v;
}

std::vector<double> naive_softmax(const std::vector<double> & z) {
    const double top = *std::max_element(z.begin(), z.end());
    std::vector<double> p(z.size());
    for (size_t i = 0; i < z.size(); ++i) p[i] = std::exp(z[i] - top);
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double & x : p) x /= sum;
    return p;
}

double naive_log_sum_exp(const std::vector<double> & z) {
    const double top = *std::max_element(z.begin(), z.end());
    double sum = 0.0;
    for (const double x : z) sum += std::exp(x - top);
    return top + std::log(sum);
}

double naive_log_softmax(const std::vector<double> & z, int32_t i) { return z[i] - naive_log_sum_exp(z); }

std::vector<float> distribution(int32_t n, uint32_t seed) {
    const std::vector<float> z = normal(n, 2.0f, seed);
    const std::vector<double> p = naive_softmax({z.begin(), z.end()});
    return {p.begin(), p.end()};
}

// The scalar whose gradient the kernel writes.
double objective(const std::vector<double> & z, const std::vector<float> & p, double token_weight, double policy_weight, int32_t label) {
    const double lse = naive_log_sum_exp(z);
    double loss = 0.0;
    for (size_t i = 0; i < z.size(); ++i) loss -= p[i] * (z[i] - lse);
    return token_weight * loss - (label >= 0 ? policy_weight * (z[label] - lse) : 0.0);
}

struct row {
    std::vector<float> z, p;
    float token_weight, policy_weight;
    int32_t label;
};

std::vector<row> rows() {
    std::vector<row> all;
    uint32_t seed = 1;
    for (const int32_t n : {1, 2, 7, 64, 1000, 1025, 8192}) {
        for (const auto & [token_weight, policy_weight] : {std::pair{1.0f, 0.0f}, {0.0f, 0.7f}, {0.3f, -0.4f}, {0.0f, 0.0f}}) {
            for (const int32_t label : {-1, 0, n / 2, n - 1}) {
                ++seed;
                all.push_back({normal(n, 3.0f, seed), distribution(n, seed + 1000), token_weight, policy_weight, label});
            }
        }
    }
    return all;
}

void expect_near_all(const std::vector<float> & found, const std::vector<float> & expected, float tolerance) {
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], tolerance) << "entry " << i;
}

std::vector<int32_t> sorted_top(const std::vector<float> & z, int32_t k) {
    std::vector<int32_t> order(z.size());
    std::iota(order.begin(), order.end(), 0);
    const auto key = [&](int32_t i) { return std::isnan(z[i]) ? -infinity : z[i]; };
    std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return key(a) > key(b); });
    order.resize(k);
    return order;
}

} // namespace

TEST(SoftCrossEntropy, AgreesWithTheNaiveForm) {
    for (const row & r : rows()) {
        const int32_t n = (int32_t) r.z.size();
        const std::vector<double> z(r.z.begin(), r.z.end());
        const std::vector<double> q = naive_softmax(z);
        std::vector<float> d = r.z;
        const loss_row out = soft_cross_entropy_row(d.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);

        const double w = r.label >= 0 ? r.policy_weight : 0.0;
        for (int32_t i = 0; i < n; ++i) {
            ASSERT_NEAR(d[i], r.token_weight * (q[i] - r.p[i]) + w * (q[i] - (i == r.label)), 1e-6) << n << " entries, entry " << i;
        }
        EXPECT_NEAR(out.token_loss, r.token_weight != 0.0f ? objective(z, r.p, 1.0, 0.0, -1) : 0.0, 1e-4);
        EXPECT_EQ(out.argmax, std::max_element(r.z.begin(), r.z.end()) - r.z.begin());
        if (r.label < 0) {
            EXPECT_EQ(out.log_prob, -infinity);
            EXPECT_EQ(out.rank, n);
        } else {
            EXPECT_NEAR(out.log_prob, naive_log_softmax(z, r.label), 1e-5);
            EXPECT_EQ(out.rank, std::count_if(r.z.begin(), r.z.end(), [&](float x) { return x > r.z[r.label]; }));
        }
    }
}

TEST(SoftCrossEntropy, GradientAgreesWithCentralDifferences) {
    constexpr double step = 1e-5;
    for (const row & r : rows()) {
        const int32_t n = (int32_t) r.z.size();
        if (n > 64) continue;
        std::vector<float> d = r.z;
        soft_cross_entropy_row(d.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);
        for (int32_t i = 0; i < n; ++i) {
            std::vector<double> z(r.z.begin(), r.z.end());
            z[i] += step;
            const double above = objective(z, r.p, r.token_weight, r.policy_weight, r.label);
            z[i] -= 2 * step;
            const double below = objective(z, r.p, r.token_weight, r.policy_weight, r.label);
            ASSERT_NEAR(d[i], (above - below) / (2 * step), 1e-6) << n << " entries, entry " << i;
        }
    }
}

TEST(SoftCrossEntropy, SeveralLanesAgreeWithOne) {
    for (const row & r : rows()) {
        const int32_t n = (int32_t) r.z.size();
        std::vector<float> serial = r.z, shared = r.z;
        const loss_row one = soft_cross_entropy_row(serial.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);
        std::vector<loss_row> out(4);
        on_lanes(4, [&](lane_group g) {
            out[g.rank()] = soft_cross_entropy_row(g, shared.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);
        });
        expect_near_all(shared, serial, 1e-6f);
        for (const loss_row & lane : out) {
            EXPECT_NEAR(lane.token_loss, one.token_loss, 1e-5f);
            if (r.label >= 0) {
                EXPECT_NEAR(lane.log_prob, one.log_prob, 1e-5f);
            } else {
                EXPECT_EQ(lane.log_prob, -infinity);
            }
            EXPECT_EQ(lane.argmax, one.argmax);
            EXPECT_EQ(lane.rank, one.rank);
        }
    }
}

TEST(SoftCrossEntropy, PolicyRowsReadNoTarget) {
    std::vector<float> d = normal(100, 1.0f, 3), e = d;
    std::vector<float> garbage(100, NAN);
    const loss_row without = soft_cross_entropy_row(d.data(), nullptr, 100, 0.0f, 0.5f, 7);
    const loss_row with = soft_cross_entropy_row(e.data(), garbage.data(), 100, 0.0f, 0.5f, 7);
    EXPECT_EQ(d, e);
    EXPECT_EQ(without.token_loss, 0.0f);
    EXPECT_EQ(with.token_loss, 0.0f);
    EXPECT_EQ(with.log_prob, without.log_prob);
}

TEST(SoftCrossEntropy, MaskedRowsHaveNoGradient) {
    std::vector<float> d = normal(100, 1.0f, 4);
    const std::vector<float> z = d;
    const loss_row out = soft_cross_entropy_row(d.data(), nullptr, 100, 0.0f, 0.5f, -1);
    for (const float x : d) EXPECT_EQ(x, 0.0f);
    EXPECT_EQ(out.argmax, std::max_element(z.begin(), z.end()) - z.begin());
}

TEST(SoftCrossEntropy, HugeLogits) {
    std::vector<float> z = {1e4f, -1e4f, 1e4f - 1.0f, 0.0f}, p = {0.25f, 0.25f, 0.25f, 0.25f};
    const double l = std::log1p(std::exp(-1.0));
    const loss_row out = soft_cross_entropy_row(z.data(), p.data(), 4, 1.0f, 0.0f, 2);
    EXPECT_NEAR(out.token_loss, l + (0.0 + 2e4 + 1.0 + 1e4) / 4, 1e-3);
    EXPECT_NEAR(out.log_prob, -1.0 - l, 1e-6);
    EXPECT_NEAR(z[0], 1.0 / (1.0 + std::exp(-1.0)) - 0.25, 1e-6);
    EXPECT_EQ(z[1], -0.25f);
    EXPECT_EQ(out.argmax, 0);
    EXPECT_EQ(out.rank, 1);
}

TEST(SoftCrossEntropy, ForbiddenEntriesCountNothingWhereTheTargetIsZero) {
    std::vector<float> z = {-infinity, 1.0f, 2.0f, -infinity}, p = {0.0f, 0.5f, 0.5f, 0.0f};
    const loss_row out = soft_cross_entropy_row(z.data(), p.data(), 4, 1.0f, 1.0f, 2);
    EXPECT_NEAR(out.token_loss, 0.5 + std::log1p(std::exp(-1.0)), 1e-6);
    EXPECT_EQ(z[0], 0.0f);
    EXPECT_EQ(z[3], 0.0f);

    std::vector<float> y = {-infinity, 1.0f}, all = {0.5f, 0.5f};
    const loss_row impossible = soft_cross_entropy_row(y.data(), all.data(), 2, 1.0f, 1.0f, 0);
    EXPECT_EQ(impossible.token_loss, infinity);
    EXPECT_EQ(impossible.log_prob, -infinity);
    EXPECT_EQ(impossible.rank, 1);
}

TEST(SoftCrossEntropy, BrokenLogitsShowInTheLoss) {
    for (const float bad : {(float) NAN, (float) -NAN, infinity}) {
        for (const int32_t where : {0, 17, 99}) {
            std::vector<float> z = normal(100, 1.0f, 5), p = distribution(100, 6);
            z[where] = bad;
            EXPECT_TRUE(std::isnan(soft_cross_entropy_row(z.data(), p.data(), 100, 1.0f, 0.0f, 50).token_loss)) << bad << " at " << where;
            z = normal(100, 1.0f, 5);
            z[where] = bad;
            EXPECT_TRUE(std::isnan(log_sum_exp_row(z.data(), 100))) << bad << " at " << where;
        }
    }
}

TEST(SoftCrossEntropy, LongRowsKeepTheirPrecision) {
    constexpr int32_t n = 150000;
    const std::vector<float> z = normal(n, 1.0f, 8), p = distribution(n, 9);
    const std::vector<double> exact(z.begin(), z.end());
    std::vector<float> d = z;
    const loss_row out = soft_cross_entropy_row(d.data(), p.data(), n, 1.0f, 0.0f, 3);
    const std::vector<double> q = naive_softmax(exact);
    const double lse = naive_log_sum_exp(exact);
    EXPECT_NEAR(out.token_loss / objective(exact, p, 1.0, 0.0, -1), 1.0, 1e-6);
    EXPECT_NEAR(out.log_prob, z[3] - lse, 1e-5);
    EXPECT_NEAR(log_sum_exp_row(z.data(), n) / lse, 1.0, 1e-6);
    double worst = 0.0;
    for (int32_t i = 0; i < n; ++i) worst = std::max(worst, std::fabs(d[i] - (q[i] - p[i])) / (q[i] + p[i]));
    EXPECT_LT(worst, 1e-5);
}

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
        std::vector<std::vector<float>> cases = {normal(n, 1.0f, n), normal(n, 1.0f, n + 1), normal(n, 1.0f, n + 2), normal(n, 1.0f, n + 3)};
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
                for (int32_t j = 0; j < k; ++j) EXPECT_EQ(values[j], std::isnan(z[expected[j]]) ? -infinity : z[expected[j]]);
                on_lanes(4, [&](lane_group g) { top_k_row(g, z.data(), n, k, shared.data(), shared_values.data()); });
                EXPECT_EQ(shared, expected) << n << ", " << k;
                EXPECT_EQ(shared_values, values);
            }
        }
    }
}

TEST(Batch, TopKGivesLogProbabilities) {
    constexpr int32_t n = 3, n_vocab = 200, stride = 208, k = 5;
    const std::vector<float> z = normal(n * stride, 2.0f, 21);
    std::vector<int32_t> index(n * k);
    std::vector<float> log_prob(n * k);
    const top_k_batch batch{z.data(), stride, n_vocab, k, index.data(), log_prob.data()};
    on_lanes(4, [&](lane_group g) {
        for (int32_t i = 0; i < n; ++i) batch(g, i);
    });
    for (int32_t i = 0; i < n; ++i) {
        const std::vector<float> logits(z.begin() + i * stride, z.begin() + i * stride + n_vocab);
        const std::vector<int32_t> expected = sorted_top(logits, k);
        for (int32_t j = 0; j < k; ++j) {
            EXPECT_EQ(index[i * k + j], expected[j]);
            EXPECT_NEAR(log_prob[i * k + j], naive_log_softmax({logits.begin(), logits.end()}, expected[j]), 1e-5);
        }
    }
}

TEST(LossApi, SharesRowsAmongThreadsWithTheSameResult) {
    constexpr int32_t n = 37, n_vocab = 500;
    const std::vector<float> z = normal(n * n_vocab, 2.0f, 31);
    std::vector<float> p = normal(n * n_vocab, 2.0f, 32), token_weight(n), policy_weight(n);
    std::vector<int32_t> labels(n);
    for (int32_t i = 0; i < n; ++i) {
        softmax_row(&p[i * n_vocab], n_vocab);
        token_weight[i] = (float) (i % 3);
        policy_weight[i] = (float) (i % 5) - 2.0f;
        labels[i] = i % 4 ? i * 13 : -1;
    }
    gto_device * device = nullptr;
    ASSERT_EQ(gto_device_open("CPU", 2, &device), GTO_OK) << gto_last_error();
    std::vector<float> serial = z, shared = z, loss(n), log_prob(n), shared_loss(n);
    std::vector<int32_t> argmax(n), rank(n);
    ASSERT_EQ(gto_loss_rows(nullptr, n, n_vocab, serial.data(), p.data(), token_weight.data(), policy_weight.data(), labels.data(), loss.data(),
                            log_prob.data(), argmax.data(), rank.data()), GTO_OK) << gto_last_error();
    ASSERT_EQ(gto_loss_rows(device, n, n_vocab, shared.data(), p.data(), token_weight.data(), policy_weight.data(), labels.data(), shared_loss.data(),
                            nullptr, nullptr, nullptr), GTO_OK) << gto_last_error();
    gto_device_free(device);
    EXPECT_EQ(serial, shared);
    EXPECT_EQ(loss, shared_loss);
    for (int32_t i = 0; i < n; ++i) {
        std::vector<float> d(z.begin() + i * n_vocab, z.begin() + (i + 1) * n_vocab);
        const loss_row out = soft_cross_entropy_row(d.data(), &p[i * n_vocab], n_vocab, token_weight[i], policy_weight[i], labels[i]);
        EXPECT_TRUE(std::equal(d.begin(), d.end(), serial.begin() + i * n_vocab));
        EXPECT_EQ(loss[i], out.token_loss);
        EXPECT_EQ(log_prob[i], out.log_prob);
        EXPECT_EQ(argmax[i], out.argmax);
        EXPECT_EQ(rank[i], out.rank);
    }
}

TEST(LossApi, RefusesBadArguments) {
    std::vector<float> z(8), p(8), w = {1.0f, 1.0f}, v = {0.0f, 0.0f};
    std::vector<int32_t> labels = {0, 3};
    const auto call = [&](int32_t n, int32_t n_vocab, float * logits, const float * target) {
        return gto_loss_rows(nullptr, n, n_vocab, logits, target, w.data(), v.data(), labels.data(), nullptr, nullptr, nullptr, nullptr);
    };
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_OK);
    EXPECT_EQ(call(0, 4, nullptr, nullptr), GTO_OK);
    EXPECT_EQ(call(-1, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(call(2, 0, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(call(2, 4, nullptr, p.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(call(2, 4, z.data(), nullptr), GTO_E_ARGUMENT);
    labels[1] = 4;
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "labels[1]: expected -1..3, found 4");
    labels[1] = -1;
    w[1] = NAN;
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "token_weight[1]: expected a finite number, found nan");
}
