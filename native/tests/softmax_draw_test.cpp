// Draws over a whole vocabulary: libllama's own tokens, and sums by blocks that agree with plain ones.
#include "kernel/exponential.h"
#include "support/stock_chain.h"
#include "target/drawn_children.h"
#include "target/softmax_draw.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace gto_test;

namespace {

void expect_stock_draws(const std::vector<float> & logits, float temperature, int32_t n_draws) {
    SCOPED_TRACE(testing::Message() << logits.size() << " tokens, temperature " << temperature);
    stock_chain stock({llama_sampler_init_temp(temperature), llama_sampler_init_dist(7)});
    gto::softmax_draw own(temperature, 7);
    for (int32_t i = 0; i < n_draws; i++) {
        ASSERT_EQ(stock.draw(logits), own.draw(logits.data(), (int32_t) logits.size(), greatest(logits)))
            << "draw " << i;
    }
}

} // namespace

TEST(SoftmaxDrawTest, DrawsWhatLibllamaDraws) {
    for (const float temperature : {0.3f, 1.0f, 1.7f}) {
        expect_stock_draws(normal_logits(49152, 3, 1), temperature, 500);
        for (const int32_t n : {1, 2, 63, 64, 65, 1000}) expect_stock_draws(normal_logits(n, 2, n), temperature, 2000);
    }
}

// Half of the tokens have a weight at which exponential() is off most, and each has so small a share that the sums'
// errors move many draws to another token.
TEST(SoftmaxDrawTest, DrawsWhatLibllamaDrawsWhereSumsAreOffByWholeTokens) {
    float off_most = 0, most = 0;
    for (float z = -1; z < 0; z += 1e-4f) {
        const float off = std::fabs(gto::exponential(z) / expf(z) - 1);
        if (off > most) {
            most = off;
            off_most = z;
        }
    }
    std::vector<float> logits(400000, 0.0f);
    std::fill(logits.begin() + 200000, logits.end(), off_most);
    expect_stock_draws(logits, 1, 300);
}

TEST(SoftmaxDrawTest, DrawsWhatLibllamaDrawsWhereOneTokenHasAllAndWhereSomeHaveNone) {
    std::vector<float> logits = normal_logits(5000, 1, 5);
    logits[4999] = 200;
    expect_stock_draws(logits, 1, 200);
    logits[4999] = 12;
    for (size_t i = 0; i < logits.size(); i += 3) logits[i] = -INFINITY;
    expect_stock_draws(logits, 1, 2000);
}

TEST(SoftmaxDrawTest, TheStreamStartsAgain) {
    const std::vector<float> logits = normal_logits(100, 1, 2);
    gto::softmax_draw draw(1, 3);
    std::vector<int32_t> first, second;
    for (int i = 0; i < 50; i++) first.push_back(draw.draw(logits.data(), 100, greatest(logits)));
    draw.reset();
    for (int i = 0; i < 50; i++) second.push_back(draw.draw(logits.data(), 100, greatest(logits)));
    EXPECT_EQ(first, second);
}

TEST(CumulativeWeightsTest, FindsWhatPlainSumsFind) {
    std::mt19937 random(4);
    for (const int64_t n : {1, 5, 64, 65, 200, 1000}) {
        gto::cumulative_weights weights;
        float * w = weights.resize(n);
        // whole numbers: their sums are exact
        for (int64_t i = 0; i < n; i++) w[i] = random() % 3 == 0 ? 0.0f : (float) (random() % 8);
        w[n / 2] = 1.0f;
        weights.sum_up();
        const double total = std::accumulate(w, w + n, 0.0);
        ASSERT_EQ(total, weights.total());
        for (double sum = 0; sum < total; sum += 0.5) {
            const auto found = weights.find(sum);
            ASSERT_GE(found.index, 0);
            ASSERT_GT(w[found.index], 0.0f);
            ASSERT_EQ(std::accumulate(w, w + found.index, 0.0), found.below);
            ASSERT_EQ(found.below + w[found.index], found.with);
            ASSERT_LE(found.below, sum);
            ASSERT_GT(found.with, sum);
        }
        // a sum that rounding has made too large
        const auto last = weights.find(total);
        ASSERT_GT(w[last.index], 0.0f);
        ASSERT_EQ(total, last.with);
    }
}

TEST(CumulativeWeightsTest, FindsNothingWhereAllAreZero) {
    gto::cumulative_weights weights;
    std::fill_n(weights.resize(100), 100, 0.0f);
    weights.sum_up();
    EXPECT_EQ(-1, weights.find(0).index);
}

// The two ways to hold p, a list of tokens or weights of all, decide alike.
TEST(DrawnChildrenOfWeightsTest, DecidesAsForAListOfProbabilities) {
    constexpr int32_t n_vocab = 900, n_draft = 300;
    std::vector<int32_t> d2t, t2d(n_vocab, -1);
    for (int32_t i = 0; i < n_draft; i++) t2d[3 * i + 1] = i;
    for (int32_t i = 0; i < n_draft; i++) d2t.push_back(3 * i + 1);
    gto_drawn_children a(n_vocab, 1, 5), b(n_vocab, 1, 5);
    a.take_vocabulary(d2t, t2d);
    b.take_vocabulary(d2t, t2d);
    int32_t n_refused = 0;
    for (uint32_t turn = 0; turn < 2000; turn++) {
        const std::vector<float> draft = normal_logits(n_draft + 2, 2, 2 * turn),
                                 target = normal_logits(n_vocab, 2, turn);
        const int32_t more[] = {0, 899}, fixed[] = {1, 4, 899};
        const int32_t x = a.draw(draft.data(), more, 2, fixed, 3);
        ASSERT_EQ(x, b.draw(draft.data(), more, 2, fixed, 3));
        gto::softmax_draw stream(1, 1);
        gto::cumulative_weights & weights = stream.weights(target.data(), n_vocab, greatest(target));
        std::vector<gto::token_probability> list;
        for (int32_t v = 0; v < n_vocab; v++) list.push_back({v, weights[v] / weights.total()});
        const int32_t token = a.decide(0, list);
        ASSERT_EQ(token, b.decide(0, weights));
        n_refused += token != x;
        a.clear();
        b.clear();
    }
    EXPECT_GT(n_refused, 200);
    EXPECT_LT(n_refused, 1900);
}
