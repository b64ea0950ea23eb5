#include "support/distributions.h"
#include "support/handles.h"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

using namespace gto_test;

namespace {

struct SamplerTest : testing::Test {
    SamplerTest() : model(small()) {
        gto_session_options options = gto_session_options_default();
        options.n_ctx = 64;
        session = open_session(model.target, options);
        const int32_t prompt[] = {12, 3, 5};
        EXPECT_OK(gto_session_prefill(session.get(), 0, 0, 3, prompt, 2, nullptr, nullptr));
    }
    static tiny_options small() {
        tiny_options options;
        options.vocab = 14;
        options.scale = 1.5f;
        return options;
    }
    std::vector<int32_t> draws(const handle<gto_sampler> & sampler, int n) {
        std::vector<int32_t> tokens(n);
        const int32_t row = 2;
        gto_sampler * const samplers[] = {sampler.get()};
        for (int32_t & token : tokens) EXPECT_OK(gto_session_sample(session.get(), 1, &row, samplers, &token));
        return tokens;
    }
    std::vector<float> probabilities(float temperature) {
        std::vector<int32_t> rows(14, 2), tokens(14);
        for (int i = 0; i < 14; i++) tokens[i] = i;
        std::vector<float> p(14);
        EXPECT_OK(gto_session_probabilities(session.get(), 14, rows.data(), tokens.data(), temperature, p.data()));
        return p;
    }
    int32_t argmax() {
        int32_t row = 2, token = -1;
        EXPECT_OK(gto_session_argmax(session.get(), 1, &row, &token));
        return token;
    }
    tiny model;
    handle<gto_session> session{nullptr, gto_session_free};
};

gto_sampler_options warm(float temperature, uint32_t seed) {
    gto_sampler_options options = gto_sampler_options_default();
    options.temperature = temperature;
    options.seed = seed;
    return options;
}

} // namespace

TEST_F(SamplerTest, GreedyTakesTheArgmax) {
    gto_sampler_options options = gto_sampler_options_default();
    options.top_p = 0.1f; // ignored at temperature 0
    auto sampler = open_sampler(model.target, options);
    for (int32_t token : draws(sampler, 3)) EXPECT_EQ(argmax(), token);
}

// Logits over such a temperature are beyond what a float holds.
TEST_F(SamplerTest, ATemperatureNextToZeroTakesTheArgmax) {
    for (float temperature : {1e-45f, 1e-38f, 1e-31f, 1e-29f}) {
        for (float top_p : {0.5f, 1.0f}) {
            gto_sampler_options options = warm(temperature, 3);
            options.top_p = top_p;
            auto sampler = open_sampler(model.target, options);
            for (int32_t token : draws(sampler, 3)) EXPECT_EQ(argmax(), token) << temperature;
        }
    }
}

TEST_F(SamplerTest, GreedyKeepsPenalties) {
    gto_sampler_options options = gto_sampler_options_default();
    options.penalty_last_n = -1;
    options.penalty_present = 1000;
    auto sampler = open_sampler(model.target, options);
    const std::vector<int32_t> tokens = draws(sampler, 14);
    std::map<int32_t, int> seen;
    for (int32_t token : tokens) EXPECT_EQ(1, ++seen[token]) << "penalised token drawn again";
    EXPECT_EQ(argmax(), tokens[0]);

    ASSERT_OK(gto_sampler_reset(sampler.get()));
    const int32_t best = argmax();
    ASSERT_OK(gto_sampler_accept(sampler.get(), 1, &best));
    EXPECT_NE(best, draws(sampler, 1)[0]);
}

TEST_F(SamplerTest, TheSameSeedGivesTheSameDraws) {
    for (uint32_t seed : {0u, 7u, std::numeric_limits<uint32_t>::max()}) {
        auto a = open_sampler(model.target, warm(1, seed)), b = open_sampler(model.target, warm(1, seed));
        const std::vector<int32_t> first = draws(a, 64);
        EXPECT_EQ(first, draws(b, 64));
        EXPECT_NE(first, draws(b, 64)) << "the stream goes on";
        ASSERT_OK(gto_sampler_reset(a.get()));
        EXPECT_EQ(first, draws(a, 64));
    }
    auto a = open_sampler(model.target, warm(1, 1)), b = open_sampler(model.target, warm(1, 2));
    EXPECT_NE(draws(a, 64), draws(b, 64));
}

// Chi-square of 20,000 draws against softmax(logits / T). 13 degrees of freedom: 34.5 is the 0.001 quantile; the seed
// is fixed.
TEST_F(SamplerTest, DrawsFollowTheDistribution) {
    for (float temperature : {1.0f, 0.7f}) {
        auto sampler = open_sampler(model.target, warm(temperature, 3));
        const std::vector<float> probability = probabilities(temperature);
        const std::vector<double> p(probability.begin(), probability.end());
        const int n = 20000;
        std::map<int32_t, int32_t> counts;
        for (int32_t token : draws(sampler, n)) counts[token]++;
        EXPECT_NEAR(1, std::accumulate(p.begin(), p.end(), 0.0), 1e-5);
        EXPECT_LT(chi_square(p, counts, n), 34.5) << "at temperature " << temperature;
    }
}

TEST_F(SamplerTest, TruncationKeepsTheBest) {
    gto_sampler_options options = warm(2, 5);
    options.top_k = 2;
    auto sampler = open_sampler(model.target, options);
    std::map<int32_t, int> seen;
    for (int32_t token : draws(sampler, 200)) seen[token]++;
    EXPECT_EQ(2u, seen.size());
    EXPECT_EQ(1u, seen.count(argmax()));
}

TEST_F(SamplerTest, ProbabilitiesAtZeroPickTheArgmax) {
    const std::vector<float> p = probabilities(0);
    for (int i = 0; i < 14; i++) EXPECT_EQ(i == argmax() ? 1.0f : 0.0f, p[i]);
}

TEST_F(SamplerTest, OptionsAreChecked) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const auto refused = [&](void (*change)(gto_sampler_options &, float), float value) {
        gto_sampler_options options = warm(1, 0);
        change(options, value);
        gto_sampler * sampler = nullptr;
        EXPECT_EQ(GTO_E_ARGUMENT, gto_sampler_open(model.target.get(), options, &sampler)) << value;
        EXPECT_EQ(nullptr, sampler);
    };
    for (float v : {-1.0f, nan, INFINITY}) refused([](auto & o, float x) { o.temperature = x; }, v);
    for (float v : {0.0f, 1.5f, nan}) refused([](auto & o, float x) { o.top_p = x; }, v);
    for (float v : {-0.1f, 1.0f, nan}) refused([](auto & o, float x) { o.min_p = x; }, v);
    for (float v : {0.0f, 1.1f, nan}) refused([](auto & o, float x) { o.typical_p = x; }, v);
    for (float v : {0.0f, -1.0f, nan}) refused([](auto & o, float x) { o.penalty_repeat = x; }, v);
    for (float v : {nan, INFINITY}) refused([](auto & o, float x) { o.penalty_freq = x; }, v);
    refused([](auto & o, float x) { o.top_k = (int32_t) x; }, -1);
    refused([](auto & o, float x) { o.penalty_last_n = (int32_t) x; }, -2);
    auto sampler = open_sampler(model.target, warm(1, 0));
    const int32_t outside = 14;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_sampler_accept(sampler.get(), 1, &outside));
}
