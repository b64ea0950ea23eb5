// What sessions say about their time, and what they say of numbers that aren't finite.
#include "support/handles.h"
#include "support/oracle.h"
#include "support/tiny_draft.h"

#include <cmath>
#include <cstring>

using namespace gto_test;

TEST(Times, PartsOfASessionsCallsAreWithinThem) {
    tiny model;
    auto session = open_session(model.target, exact_options());
    auto sampler = open_sampler(model.target, gto_sampler_options_default());
    auto features = new_features(32);
    const std::vector<int32_t> prompt = {256, 72, 101}, tokens = {1, 2, 3}, parents = {-1, 0, -1};
    gto_session_times before = gto_session_spent(session.get());
    EXPECT_EQ(0, before.calls);
    ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 3, prompt.data(), 2, features.get(), nullptr));
    for (int32_t position = 3; position < 6; position++) {
        int32_t path[3], accepted, next;
        ASSERT_OK(gto_session_verify(session.get(), 0, position, 5, 3, tokens.data(), parents.data(), sampler.get(),
                                     features.get(), path, &accepted, &next));
        ASSERT_OK(gto_session_remove(session.get(), 0, position + 1, -1));
        const gto_session_times t = gto_session_spent(session.get());
        EXPECT_GT(t.decode, before.decode);
        EXPECT_GT(t.draw, before.draw);
        EXPECT_GT(t.features, before.features);
        EXPECT_LE(t.waited + t.decode + t.draw + t.features, t.calls);
        before = t;
    }
}

TEST(Times, PartsOfADraftSessionsCallsAreWithinThem) {
    const tiny_draft tiny(2);
    const random_text text(tiny, {20}, 2, 1);
    gto_draft_session * opened = nullptr;
    ASSERT_OK(gto_draft_session_open(tiny.draft, 32, 8, GTO_TYPE_F32, &opened));
    const handle<gto_draft_session> session(opened, gto_draft_session_free);
    ASSERT_OK(gto_draft_session_extend(opened, text.features[0], 0, 19, text.tokens.data() + 1, 18));
    const gto_draft_session_times trunk = gto_draft_session_spent(opened);
    const int32_t parent = -19, token = 6;
    int32_t children[2], first;
    float log_probs[2];
    ASSERT_OK(gto_draft_session_expand(opened, 1, &parent, &token, 2, children, log_probs, nullptr, nullptr, &first));
    const gto_draft_session_times t = gto_draft_session_spent(opened);
    EXPECT_GT(trunk.products, 0);
    EXPECT_GT(t.products, trunk.products);
    EXPECT_GT(t.kernels, trunk.kernels);
    EXPECT_LE(t.waited + t.products + t.kernels, t.calls);
}

TEST(NotFinite, ATargetsNanIsAnErrorAndClearingForgetsIt) {
    tiny_options options;
    options.nan_token = 7;
    tiny model(options);
    auto session = open_session(model.target, exact_options());
    auto greedy = open_sampler(model.target, gto_sampler_options_default());
    gto_sampler_options warm = gto_sampler_options_default();
    warm.temperature = 1;
    auto drawing = open_sampler(model.target, warm);
    const std::vector<int32_t> prompt = {256, 72, 101};
    const auto read = [&] {
        std::vector<int32_t> argmax(3);
        EXPECT_OK(gto_session_prefill(session.get(), 0, 0, 3, prompt.data(), 2, nullptr, argmax.data()));
        return argmax.back();
    };
    const int32_t expected = read();
    for (const auto * sampler : {&greedy, &drawing}) {
        for (int32_t n : {0, 2}) { // plain; a tree with the bad token below the root
            const std::vector<int32_t> tokens = {7, 5}, parents = {-1, -1};
            std::vector<int32_t> path(2);
            int32_t accepted, next;
            // ggml's attention multiplies what a row doesn't see by 0, and NaN with it: a bad node spoils its siblings'
            // and parents' rows. Ours doesn't look at it.
            const bool spoils_others = strcmp(gto_device_name(model.device.get()), "CPU") == 0;
            EXPECT_EQ(n == 0 || spoils_others ? GTO_E_NUMERIC : GTO_OK,
                      gto_session_verify(session.get(), 0, 3, n == 0 ? 7 : 5, n, tokens.data(), parents.data(),
                                         sampler->get(), nullptr, path.data(), &accepted, &next));
            ASSERT_OK(gto_session_clear(session.get()));
            EXPECT_EQ(expected, read()) << "the cells that held NaN hold nothing";
        }
    }
}

TEST(NotFinite, ADraftsNanIsAnErrorAndAddsNoNode) {
    const tiny_draft tiny;
    const random_text text(tiny, {10}, 2, 1);
    gto_draft_session * opened = nullptr;
    ASSERT_OK(gto_draft_session_open(tiny.draft, 16, 4, GTO_TYPE_F32, &opened));
    const handle<gto_draft_session> session(opened, gto_draft_session_free);
    ASSERT_OK(gto_draft_session_extend(opened, text.features[0], 0, 9, text.tokens.data() + 1, 8));
    const int32_t row = 8, parent = -9, token = 6, head = gto_draft_tensor_count(tiny.draft) - 1;
    int32_t children[2], first = -1;
    float log_probs[2];
    const std::vector<float> good = tiny.get(head);
    for (const float bad : {(float) NAN, INFINITY}) {
        std::vector<float> broken = good;
        broken[5] = bad;
        ASSERT_OK(gto_draft_set_tensor(tiny.draft, head, broken.data()));
        for (int32_t type : {GTO_TYPE_F16, GTO_TYPE_Q8_0}) {
            gto_draft_session * none = nullptr;
            EXPECT_EQ(GTO_E_NUMERIC, gto_draft_session_open(tiny.draft, 16, 4, type, &none)) << bad;
            EXPECT_TRUE(std::string(gto_last_error()).find("output.weight[5]") != std::string::npos)
                << gto_last_error();
        }
        EXPECT_EQ(GTO_E_NUMERIC, gto_draft_session_roots(opened, 1, &row, 2, children, log_probs, nullptr, nullptr))
            << bad;
        EXPECT_EQ(GTO_E_NUMERIC, gto_draft_session_expand(opened, 1, &parent, &token, 2, children, log_probs, nullptr,
                                                          nullptr, &first))
            << bad;
    }
    ASSERT_OK(gto_draft_set_tensor(tiny.draft, head, good.data()));
    ASSERT_OK(gto_draft_session_expand(opened, 1, &parent, &token, 2, children, log_probs, nullptr, nullptr, &first));
    EXPECT_EQ(0, first);
}
