// Sampler chains whose first filter is applied beforehand: the tokens are those of libllama's own chains, but for
// top-p, whose sums libllama makes in floats.
#include "support/handles.h"
#include "support/stock_chain.h"
#include "target/sampler.h"

#include <cmath>
#include <functional>

using namespace gto_test;

namespace {

constexpr int32_t n_vocab = 900;
constexpr uint32_t seed = 9;
constexpr float temperature = 1.3f;

struct FirstFilterTest : testing::Test {
    static tiny_options large() {
        tiny_options options;
        options.vocab = n_vocab;
        return options;
    }
    // Draws from other logits each time, flat and steep ones.
    void expect_stock_draws(const std::function<void(gto_sampler_options &)> & change,
                            const std::vector<llama_sampler *> & filters, int32_t most_other = 0) {
        gto_sampler_options options = gto_sampler_options_default();
        options.temperature = temperature;
        options.seed = seed;
        change(options);
        auto own = open_sampler(model.target, options);
        stock_chain stock(filters);
        for (llama_sampler * link : {llama_sampler_init_temp(temperature), llama_sampler_init_dist(seed)}) {
            llama_sampler_chain_add(stock.chain.get(), link);
        }
        int32_t n_other = 0;
        for (uint32_t i = 0; i < 1500; i++) {
            const std::vector<float> logits = normal_logits(n_vocab, 0.2f + 0.1f * (float) (i % 50), i);
            n_other += stock.draw(logits) != own->draw(logits.data(), greatest(logits));
        }
        EXPECT_LE(n_other, most_other);
    }
    tiny model{large()};
};

std::vector<int32_t> ids(const llama_token_data_array & candidates) {
    std::vector<int32_t> found;
    for (size_t i = 0; i < candidates.size; i++) found.push_back(candidates.data[i].id);
    return found;
}

// What a link leaves of all tokens is what it leaves of those that the filter selects.
void expect_same_tokens(gto::first_filter filter, llama_sampler * link) {
    const std::unique_ptr<llama_sampler, void (*)(llama_sampler *)> stock(link, llama_sampler_free);
    for (const float deviation : {0.5f, 2.0f, 4.0f}) {
        const std::vector<float> logits = normal_logits(49152, deviation, 3);
        std::vector<llama_token_data> candidates;
        for (int32_t i = 0; i < 49152; i++) candidates.push_back({i, logits[i], 0.0f});
        llama_token_data_array all = {candidates.data(), candidates.size(), -1, false};
        llama_sampler_apply(stock.get(), &all);
        llama_token_data_array selected = filter.select(logits.data(), 49152, greatest(logits));
        if (!filter.is_nucleus()) llama_sampler_apply(stock.get(), &selected);
        EXPECT_EQ(ids(all), ids(selected)) << "deviation " << deviation;
    }
}

} // namespace

TEST(FirstFilterOfManyTokensTest, KeepsWhatTheLinkKeeps) {
    for (const int32_t k : {1, 20, 5000}) expect_same_tokens({k, 1, 0}, llama_sampler_init_top_k(k));
    for (const float p : {1e-5f, 0.05f}) expect_same_tokens({0, 1, p}, llama_sampler_init_min_p(p, 1));
}

TEST(FirstFilterOfManyTokensTest, ANucleusIsTheFewestTokensThatAddUpToTopP) {
    for (const float top_p : {0.1f, 0.5f, 0.9f, 0.999f}) {
        for (const float deviation : {0.5f, 2.0f, 4.0f}) {
            const std::vector<float> logits = normal_logits(49152, deviation, 3);
            const float most = logits[greatest(logits)];
            std::vector<std::pair<double, int32_t>> order; // the most probable one first
            double total = 0, sum = 0;
            for (int32_t i = 0; i < 49152; i++) {
                order.push_back({-std::exp((double) logits[i] - most), i});
                total -= order.back().first;
            }
            std::sort(order.begin(), order.end());
            std::vector<int32_t> nucleus;
            for (size_t i = 0; sum < top_p * total; i++) {
                sum -= order[i].first;
                nucleus.push_back(order[i].second);
            }
            gto::first_filter filter(0, top_p, 0);
            EXPECT_EQ(nucleus, ids(filter.select(logits.data(), 49152, greatest(logits))))
                << top_p << ", " << deviation;
        }
    }
}

TEST_F(FirstFilterTest, TopK) {
    for (const int32_t k : {1, 2, 40, 500, n_vocab, 2 * n_vocab}) {
        SCOPED_TRACE(k);
        expect_stock_draws([&](auto & o) { o.top_k = k; }, {llama_sampler_init_top_k(k)});
    }
}

TEST_F(FirstFilterTest, TopP) {
    for (const float p : {0.01f, 0.5f, 0.9f, 0.99f}) {
        SCOPED_TRACE(p);
        expect_stock_draws([&](auto & o) { o.top_p = p; }, {llama_sampler_init_top_p(p, 1)}, 3);
    }
}

TEST_F(FirstFilterTest, MinP) {
    for (const float p : {1e-4f, 0.05f, 0.5f, 0.999f}) {
        SCOPED_TRACE(p);
        expect_stock_draws([&](auto & o) { o.min_p = p; }, {llama_sampler_init_min_p(p, 1)});
    }
}

TEST_F(FirstFilterTest, SeveralFilters) {
    expect_stock_draws(
        [](auto & o) {
            o.top_k = 40;
            o.top_p = 0.95f;
            o.min_p = 0.05f;
        },
        {llama_sampler_init_top_k(40), llama_sampler_init_top_p(0.95f, 1), llama_sampler_init_min_p(0.05f, 1)});
    expect_stock_draws(
        [](auto & o) {
            o.top_p = 0.8f;
            o.min_p = 0.1f;
        },
        {llama_sampler_init_top_p(0.8f, 1), llama_sampler_init_min_p(0.1f, 1)}, 3);
    expect_stock_draws(
        [](auto & o) {
            o.top_k = 100;
            o.typical_p = 0.7f;
        },
        {llama_sampler_init_top_k(100), llama_sampler_init_typical(0.7f, 1)});
}

// They read all tokens, or change logits before any filter sees them.
TEST_F(FirstFilterTest, ChainsThatBeginOtherwise) {
    expect_stock_draws(
        [](auto & o) {
            o.typical_p = 0.7f;
            o.top_p = 0.9f;
        },
        {llama_sampler_init_typical(0.7f, 1), llama_sampler_init_top_p(0.9f, 1)});
    expect_stock_draws(
        [](auto & o) {
            o.penalty_last_n = 64;
            o.penalty_repeat = 3;
            o.top_k = 5;
        },
        {llama_sampler_init_penalties(n_vocab, 64, 3, 0, 0), llama_sampler_init_top_k(5)});
    const int32_t forbidden[] = {7};
    const float bias[] = {-INFINITY};
    const llama_logit_bias stock_bias[] = {{7, -INFINITY}};
    expect_stock_draws(
        [&](auto & o) {
            o.n_bias = 1;
            o.bias_tokens = forbidden;
            o.bias = bias;
            o.top_p = 0.5f;
        },
        {llama_sampler_init_logit_bias(n_vocab, 1, stock_bias), llama_sampler_init_top_p(0.5f, 1)});
}
