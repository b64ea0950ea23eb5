// Token losses and the policy term against naive double forms, finite differences, extremes, and several lanes.
#include "loss/kernels.h"
#include "loss/rows.h"
#include "support/distributions.h"
#include "support/lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace gto;
using namespace gto_test;

namespace {

constexpr float eta = 3.0f;

std::vector<token_loss> all_losses() {
    std::vector<token_loss> all;
    for (int32_t kind = GTO_LOSS_CROSS_ENTROPY; kind <= GTO_LOSS_LK_LAMBDA; kind++) {
        for (const float hard_label_share : {0.0f, 0.3f, 1.0f}) all.push_back({kind, eta, hard_label_share});
    }
    return all;
}

double overlap(const std::vector<double> & z, const std::vector<float> & p) {
    const std::vector<double> q = naive_softmax(z);
    double alpha = 0.0;
    for (size_t i = 0; i < z.size(); ++i) alpha += std::min((double) p[i], q[i]);
    return alpha;
}

// lambda is a constant of the gradient: of the point where it is taken.
double naive_loss(int32_t kind, double lambda, const std::vector<double> & z, const std::vector<float> & p) {
    const double lse = naive_log_sum_exp(z), alpha = overlap(z, p);
    double cross_entropy = 0.0, kl = 0.0;
    for (size_t i = 0; i < z.size(); ++i) {
        cross_entropy -= p[i] * (z[i] - lse);
        if (p[i] > 0) kl += p[i] * (std::log((double) p[i]) - (z[i] - lse));
    }
    switch (kind) {
        case GTO_LOSS_FORWARD_KL: return kl;
        case GTO_LOSS_TOTAL_VARIATION: return 1.0 - alpha;
        case GTO_LOSS_LK_ALPHA: return -std::log(alpha);
        case GTO_LOSS_LK_LAMBDA: return lambda * kl + (1.0 - lambda) * (1.0 - alpha);
        default: return cross_entropy;
    }
}

double naive_lambda(const std::vector<double> & z, const std::vector<float> & p) {
    return std::exp(-eta * overlap(z, p));
}

// With its hard label.
double naive_loss(token_loss loss, double lambda, const std::vector<double> & z, const std::vector<float> & p,
                  int32_t label) {
    const double soft = naive_loss(loss.kind, lambda, z, p), hard = loss.hard_label_share;
    return label < 0 ? soft : (1.0 - hard) * soft - hard * naive_log_softmax(z, label);
}

// The scalar whose gradient the kernel writes.
double objective(token_loss loss, double lambda, const std::vector<double> & z, const std::vector<float> & p,
                 double token_weight, double policy_weight, int32_t label) {
    return token_weight * naive_loss(loss, lambda, z, p, label) -
           (label >= 0 ? policy_weight * naive_log_softmax(z, label) : 0.0);
}

loss_row cross_entropy_row(float * z, const float * p, int32_t n, float token_weight, float policy_weight,
                           int32_t label) {
    return token_loss_row(token_loss(), z, p, n, token_weight, policy_weight, label);
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
        for (const auto & [token_weight, policy_weight] :
             {std::pair{1.0f, 0.0f}, {0.0f, 0.7f}, {0.3f, -0.4f}, {0.0f, 0.0f}}) {
            for (const int32_t label : {-1, 0, n / 2, n - 1}) {
                ++seed;
                all.push_back(
                    {normal(n, 3.0f, seed), distribution(n, seed + 1000), token_weight, policy_weight, label});
            }
        }
    }
    return all;
}

} // namespace

TEST(SoftCrossEntropy, AgreesWithTheNaiveForm) {
    for (const row & r : rows()) {
        const int32_t n = (int32_t) r.z.size();
        const std::vector<double> z(r.z.begin(), r.z.end());
        const std::vector<double> q = naive_softmax(z);
        std::vector<float> d = r.z;
        const loss_row out = cross_entropy_row(d.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);

        const double w = r.label >= 0 ? r.policy_weight : 0.0;
        for (int32_t i = 0; i < n; ++i) {
            ASSERT_NEAR(d[i], r.token_weight * (q[i] - r.p[i]) + w * (q[i] - (i == r.label)), 1e-6)
                << n << " entries, entry " << i;
        }
        EXPECT_NEAR(out.token_loss, r.token_weight != 0.0f ? naive_loss(GTO_LOSS_CROSS_ENTROPY, 0.0, z, r.p) : 0.0,
                    1e-4);
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

TEST(TokenLoss, ValueAgreesWithTheNaiveForm) {
    for (const row & r : rows()) {
        const std::vector<double> z(r.z.begin(), r.z.end());
        for (const token_loss loss : all_losses()) {
            std::vector<float> d = r.z;
            const loss_row out = token_loss_row(loss, d.data(), r.p.data(), (int32_t) z.size(), r.token_weight,
                                                r.policy_weight, r.label);
            const bool counted = r.token_weight != 0.0f;
            EXPECT_NEAR(out.token_loss, counted ? naive_loss(loss, naive_lambda(z, r.p), z, r.p, r.label) : 0.0, 1e-4)
                << "loss " << loss.kind << ", hard labels " << loss.hard_label_share;
            EXPECT_NEAR(out.acceptance, counted ? overlap(z, r.p) : 0.0, 1e-5) << "loss " << loss.kind;
        }
    }
}

TEST(TokenLoss, GradientAgreesWithCentralDifferences) {
    constexpr double step = 1e-5;
    for (const row & r : rows()) {
        const int32_t n = (int32_t) r.z.size();
        if (n > 64) continue;
        const double lambda = naive_lambda({r.z.begin(), r.z.end()}, r.p);
        for (const token_loss loss : all_losses()) {
            std::vector<float> d = r.z;
            token_loss_row(loss, d.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);
            for (int32_t i = 0; i < n; ++i) {
                std::vector<double> z(r.z.begin(), r.z.end());
                z[i] += step;
                const double above = objective(loss, lambda, z, r.p, r.token_weight, r.policy_weight, r.label);
                z[i] -= 2 * step;
                const double below = objective(loss, lambda, z, r.p, r.token_weight, r.policy_weight, r.label);
                ASSERT_NEAR(d[i], (above - below) / (2 * step), 2e-6)
                    << "loss " << loss.kind << ", " << n << " entries, entry " << i;
            }
        }
    }
}

TEST(TokenLoss, SeveralLanesAgreeWithOne) {
    for (const row & r : rows()) {
        const int32_t n = (int32_t) r.z.size();
        for (const token_loss loss : all_losses()) {
            std::vector<float> serial = r.z, shared = r.z;
            const loss_row one =
                token_loss_row(loss, serial.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);
            std::vector<loss_row> out(4);
            on_lanes(4, [&](lane_group g) {
                out[g.rank()] =
                    token_loss_row(g, loss, shared.data(), r.p.data(), n, r.token_weight, r.policy_weight, r.label);
            });
            expect_near_all(shared, serial, 1e-6f);
            for (const loss_row & lane : out) {
                EXPECT_NEAR(lane.token_loss, one.token_loss, 1e-5f * std::max(1.0f, std::fabs(one.token_loss)));
                EXPECT_NEAR(lane.acceptance, one.acceptance, 1e-6f);
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
}

// arXiv 2602.23881: eta 0 is pure KL, a large eta pure TV; against a one-hot target -log(alpha) is the cross-entropy of
// its token.
TEST(TokenLoss, LkLossesHaveTheirLimits) {
    constexpr int32_t n = 64;
    const std::vector<float> z = normal(n, 3.0f, 41), p = distribution(n, 42);
    const auto same = [&](token_loss a, token_loss b, const std::vector<float> & target) {
        std::vector<float> x = z, y = z;
        const loss_row first = token_loss_row(a, x.data(), target.data(), n, 0.7f, 0.2f, 5),
                       second = token_loss_row(b, y.data(), target.data(), n, 0.7f, 0.2f, 5);
        EXPECT_NEAR(first.token_loss, second.token_loss, 1e-6);
        expect_near_all(x, y, 1e-6f);
    };
    same({GTO_LOSS_LK_LAMBDA, 0.0f}, {GTO_LOSS_FORWARD_KL, eta}, p);
    same({GTO_LOSS_LK_LAMBDA, 1e6f}, {GTO_LOSS_TOTAL_VARIATION, eta}, p);
    std::vector<float> one_hot(n, 0.0f);
    one_hot[9] = 1.0f;
    same({GTO_LOSS_LK_ALPHA, eta}, {GTO_LOSS_CROSS_ENTROPY, eta}, one_hot);
}

TEST(TokenLoss, VanishesWhereDraftAndTargetAgree) {
    constexpr int32_t n = 500;
    const std::vector<float> z = normal(n, 2.0f, 43);
    std::vector<float> p = z;
    softmax_row(p.data(), n);
    for (const token_loss loss : all_losses()) {
        std::vector<float> d = z;
        const loss_row out = token_loss_row(loss, d.data(), p.data(), n, 1.0f, 0.0f, -1);
        EXPECT_NEAR(out.acceptance, 1.0, 1e-6);
        if (loss.kind == GTO_LOSS_CROSS_ENTROPY) continue;
        EXPECT_NEAR(out.token_loss, 0.0, 4e-6) << "loss " << loss.kind;
    }
}

TEST(TokenLoss, NoOverlapIsFinite) {
    std::vector<float> z = {0.0f, 500.0f}, p = {1.0f, 0.0f};
    const loss_row out = token_loss_row({GTO_LOSS_LK_ALPHA, eta}, z.data(), p.data(), 2, 1.0f, 0.0f, 0);
    EXPECT_EQ(out.acceptance, 0.0f);
    EXPECT_NEAR(out.token_loss, -std::log(1e-30), 1e-3);
    for (const float d : z) EXPECT_TRUE(std::isfinite(d));
}

TEST(SoftCrossEntropy, PolicyRowsReadNoTarget) {
    std::vector<float> d = normal(100, 1.0f, 3), e = d;
    std::vector<float> garbage(100, NAN);
    const loss_row without = cross_entropy_row(d.data(), nullptr, 100, 0.0f, 0.5f, 7);
    const loss_row with = cross_entropy_row(e.data(), garbage.data(), 100, 0.0f, 0.5f, 7);
    EXPECT_EQ(d, e);
    EXPECT_EQ(without.token_loss, 0.0f);
    EXPECT_EQ(with.token_loss, 0.0f);
    EXPECT_EQ(with.log_prob, without.log_prob);
}

TEST(SoftCrossEntropy, MaskedRowsHaveNoGradient) {
    std::vector<float> d = normal(100, 1.0f, 4);
    const std::vector<float> z = d;
    const loss_row out = cross_entropy_row(d.data(), nullptr, 100, 0.0f, 0.5f, -1);
    for (const float x : d) EXPECT_EQ(x, 0.0f);
    EXPECT_EQ(out.argmax, std::max_element(z.begin(), z.end()) - z.begin());
}

TEST(SoftCrossEntropy, HugeLogits) {
    std::vector<float> z = {1e4f, -1e4f, 1e4f - 1.0f, 0.0f}, p = {0.25f, 0.25f, 0.25f, 0.25f};
    const double l = std::log1p(std::exp(-1.0));
    const loss_row out = cross_entropy_row(z.data(), p.data(), 4, 1.0f, 0.0f, 2);
    EXPECT_NEAR(out.token_loss, l + (0.0 + 2e4 + 1.0 + 1e4) / 4, 1e-3);
    EXPECT_NEAR(out.log_prob, -1.0 - l, 1e-6);
    EXPECT_NEAR(z[0], 1.0 / (1.0 + std::exp(-1.0)) - 0.25, 1e-6);
    EXPECT_EQ(z[1], -0.25f);
    EXPECT_EQ(out.argmax, 0);
    EXPECT_EQ(out.rank, 1);
}

TEST(SoftCrossEntropy, ForbiddenEntriesCountNothingWhereTheTargetIsZero) {
    std::vector<float> z = {-infinity, 1.0f, 2.0f, -infinity}, p = {0.0f, 0.5f, 0.5f, 0.0f};
    const loss_row out = cross_entropy_row(z.data(), p.data(), 4, 1.0f, 1.0f, 2);
    EXPECT_NEAR(out.token_loss, 0.5 + std::log1p(std::exp(-1.0)), 1e-6);
    EXPECT_EQ(z[0], 0.0f);
    EXPECT_EQ(z[3], 0.0f);

    std::vector<float> y = {-infinity, 1.0f}, all = {0.5f, 0.5f};
    const loss_row impossible = cross_entropy_row(y.data(), all.data(), 2, 1.0f, 1.0f, 0);
    EXPECT_EQ(impossible.token_loss, infinity);
    EXPECT_EQ(impossible.log_prob, -infinity);
    EXPECT_EQ(impossible.rank, 1);
}

TEST(TokenLoss, BrokenLogitsShowInTheLoss) {
    for (const float bad : {(float) NAN, (float) -NAN, infinity}) {
        for (const int32_t where : {0, 17, 99}) {
            std::vector<float> z = normal(100, 1.0f, 5), p = distribution(100, 6);
            z[where] = bad;
            for (const token_loss loss : all_losses()) {
                std::vector<float> d = z;
                EXPECT_TRUE(std::isnan(token_loss_row(loss, d.data(), p.data(), 100, 1.0f, 0.0f, 50).token_loss))
                    << loss.kind << ": " << bad << " at " << where;
            }
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
    const loss_row out = cross_entropy_row(d.data(), p.data(), n, 1.0f, 0.0f, 3);
    const std::vector<double> q = naive_softmax(exact);
    const double lse = naive_log_sum_exp(exact);
    EXPECT_NEAR(out.token_loss / naive_loss(GTO_LOSS_CROSS_ENTROPY, 0.0, exact, p), 1.0, 1e-6);
    EXPECT_NEAR(out.log_prob, z[3] - lse, 1e-5);
    EXPECT_NEAR(log_sum_exp_row(z.data(), n) / lse, 1.0, 1e-6);
    double worst = 0.0;
    for (int32_t i = 0; i < n; ++i) worst = std::max(worst, std::fabs(d[i] - (q[i] - p[i])) / (q[i] + p[i]));
    EXPECT_LT(worst, 1e-5);
}
