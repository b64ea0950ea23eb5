// gto_loss_rows: threads, outputs, bad arguments.
#include "gto4j/loss.h"
#include "loss/rows.h"
#include "support/distributions.h"

using namespace gto;
using namespace gto_test;

namespace {

constexpr float eta = 3.0f;

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
    std::vector<float> serial = z, shared = z, loss(n), acceptance(n), log_prob(n), shared_loss(n);
    std::vector<int32_t> argmax(n), rank(n);
    ASSERT_EQ(gto_loss_rows(nullptr, GTO_LOSS_LK_LAMBDA, eta, n, n_vocab, serial.data(), p.data(), token_weight.data(),
                            policy_weight.data(), labels.data(), loss.data(), acceptance.data(), log_prob.data(),
                            argmax.data(), rank.data()),
              GTO_OK)
        << gto_last_error();
    ASSERT_EQ(gto_loss_rows(device, GTO_LOSS_LK_LAMBDA, eta, n, n_vocab, shared.data(), p.data(), token_weight.data(),
                            policy_weight.data(), labels.data(), shared_loss.data(), nullptr, nullptr, nullptr,
                            nullptr),
              GTO_OK)
        << gto_last_error();
    gto_device_free(device);
    EXPECT_EQ(serial, shared);
    EXPECT_EQ(loss, shared_loss);
    for (int32_t i = 0; i < n; ++i) {
        std::vector<float> d(z.begin() + i * n_vocab, z.begin() + (i + 1) * n_vocab);
        const loss_row out = token_loss_row({GTO_LOSS_LK_LAMBDA, eta}, d.data(), &p[i * n_vocab], n_vocab,
                                            token_weight[i], policy_weight[i], labels[i]);
        EXPECT_TRUE(std::equal(d.begin(), d.end(), serial.begin() + i * n_vocab));
        EXPECT_EQ(loss[i], out.token_loss);
        EXPECT_EQ(acceptance[i], out.acceptance);
        EXPECT_EQ(log_prob[i], out.log_prob);
        EXPECT_EQ(argmax[i], out.argmax);
        EXPECT_EQ(rank[i], out.rank);
    }
}

TEST(LossApi, RefusesBadArguments) {
    std::vector<float> z(8), p(8), w = {1.0f, 1.0f}, v = {0.0f, 0.0f};
    std::vector<int32_t> labels = {0, 3};
    int32_t kind = GTO_LOSS_CROSS_ENTROPY;
    const auto call = [&](int32_t n, int32_t n_vocab, float * logits, const float * target) {
        return gto_loss_rows(nullptr, kind, eta, n, n_vocab, logits, target, w.data(), v.data(), labels.data(), nullptr,
                             nullptr, nullptr, nullptr, nullptr);
    };
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_OK);
    EXPECT_EQ(call(0, 4, nullptr, nullptr), GTO_OK);
    EXPECT_EQ(call(-1, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(call(2, 0, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(call(2, 4, nullptr, p.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(call(2, 4, z.data(), nullptr), GTO_E_ARGUMENT);
    kind = 5;
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "loss: expected 0..4, found 5");
    kind = GTO_LOSS_LK_LAMBDA;
    labels[1] = 4;
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "labels[1]: expected -1..3, found 4");
    labels[1] = -1;
    w[1] = NAN;
    EXPECT_EQ(call(2, 4, z.data(), p.data()), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "token_weight[1]: expected a finite number, found nan");
}

} // namespace
