// A call that fails in its middle leaves its handle as if it hadn't been, and the next call works.
#include "device/queue.h"
#include "draft/trainer.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <new>

using namespace gto_test;

namespace {

struct trainer {
    explicit trainer(tiny_draft & tiny) {
        gto_trainer * opened = nullptr;
        EXPECT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &opened));
        of.reset(opened);
    }
    std::vector<float> gradient(const tiny_draft & tiny, int32_t tensor) const {
        std::vector<float> values((size_t) gto_draft_tensor_size(tiny.draft, tensor));
        EXPECT_OK(gto_trainer_gradient(of.get(), tensor, values.data()));
        return values;
    }
    bool no_gradient(const tiny_draft & tiny) const {
        for (int32_t i = 0; i < gto_draft_tensor_count(tiny.draft); i++) {
            for (float g : gradient(tiny, i)) {
                if (g != 0) return false;
            }
        }
        return true;
    }
    handle<gto_trainer> of{nullptr, gto_trainer_free};
};

TEST(after_failure, a_batch_without_a_root_row) {
    tiny_draft tiny(2);
    const random_text text(tiny, {24, 18}, 3, 4), all_prompt(tiny, {40, 30}, 40, 5), short_text(tiny, {2}, 0, 6);
    gto_batch_result expected, result;
    {
        const trainer fresh(tiny);
        ASSERT_OK(gto_trainer_evaluate(fresh.of.get(), text.batch(3, 0), &expected));
    }
    trainer t(tiny);
    for (const random_text * nothing : {&all_prompt, &short_text}) {
        ASSERT_OK(gto_trainer_evaluate(t.of.get(), nothing->batch(3, 0), &result));
        EXPECT_EQ(result.pairs[0], 0);
        EXPECT_EQ(result.objective, 0);
        ASSERT_OK(gto_trainer_evaluate(t.of.get(), text.batch(3, 0), &result));
        EXPECT_EQ(result.objective, expected.objective);
        ASSERT_OK(gto_trainer_accumulate(t.of.get(), nothing->batch(3, 0), &result));
        EXPECT_TRUE(t.no_gradient(tiny));
        ASSERT_OK(gto_trainer_accumulate(t.of.get(), text.batch(3, 0), &result));
        EXPECT_EQ(result.objective, expected.objective);
        EXPECT_FALSE(t.no_gradient(tiny));
        ASSERT_OK(gto_trainer_zero(t.of.get()));
    }
}

TEST(after_failure, paths_without_a_token) {
    tiny_draft tiny;
    const random_text text(tiny, {24}, 3, 4);
    trainer t(tiny);
    const int32_t rows[] = {2, 5}, nothing[] = {0, 0, 0}, something[] = {0, 1, 2}, tokens[] = {3, 6};
    const float weights[] = {1, 1};
    float log_probs[2];
    const auto accumulate = [&](int32_t n, const int32_t * begin) {
        return gto_trainer_accumulate_paths(t.of.get(), text.features[0], 24, text.tokens.data(), n, rows, begin,
                                            tokens, weights, log_probs);
    };
    EXPECT_OK(accumulate(0, nothing));
    EXPECT_OK(accumulate(2, nothing));
    EXPECT_TRUE(t.no_gradient(tiny));
    ASSERT_OK(accumulate(2, something));
    EXPECT_FALSE(t.no_gradient(tiny));
}

TEST(after_failure, trees_without_a_node) {
    tiny_draft tiny;
    const random_text text(tiny, {24}, 3, 4);
    trainer t(tiny);
    const int32_t rows[] = {2, 5}, nothing[] = {0, 0, 0}, second[] = {0, 0, 2}, parents[] = {-1, -1}, tokens[] = {3, 6};
    const float weights[] = {1, 1};
    float log_probs[2];
    const auto accumulate = [&](int32_t n, const int32_t * begin) {
        return gto_trainer_accumulate_trees(t.of.get(), text.features[0], 24, text.tokens.data(), n, rows, begin,
                                            parents, tokens, weights, log_probs);
    };
    EXPECT_OK(accumulate(0, nothing));
    EXPECT_OK(accumulate(2, nothing));
    EXPECT_TRUE(t.no_gradient(tiny));
    ASSERT_OK(accumulate(2, second));
    EXPECT_FALSE(t.no_gradient(tiny));
}

TEST(after_failure, trees_that_are_none) {
    tiny_draft tiny;
    const random_text text(tiny, {24}, 3, 4);
    trainer t(tiny);
    const auto accumulate = [&](std::vector<int32_t> rows, std::vector<int32_t> begins, std::vector<int32_t> parents,
                                float weight) {
        const std::vector<int32_t> tokens(parents.size(), 3);
        const std::vector<float> weights(parents.size(), weight);
        return gto_trainer_accumulate_trees(t.of.get(), text.features[0], 24, text.tokens.data(), (int32_t) rows.size(),
                                            rows.data(), begins.data(), parents.data(), tokens.data(), weights.data(),
                                            nullptr);
    };
    std::vector<int32_t> chain(GTO_MAX_PASSES);
    for (int32_t i = 0; i < GTO_MAX_PASSES; i++) chain[i] = i - 1;
    ASSERT_OK(accumulate({2}, {0, GTO_MAX_PASSES}, chain, 1));
    ASSERT_OK(gto_trainer_zero(t.of.get()));
    chain.push_back(GTO_MAX_PASSES - 1);
    EXPECT_EQ(accumulate({2}, {0, GTO_MAX_PASSES + 1}, chain, 1), GTO_E_ARGUMENT);
    EXPECT_EQ(accumulate({5, 5}, {0, 1, 2}, {-1, -1}, 1), GTO_E_ARGUMENT);
    EXPECT_EQ(accumulate({23}, {0, 1}, {-1}, 1), GTO_E_ARGUMENT);
    EXPECT_EQ(accumulate({5}, {0, 1}, {0}, 1), GTO_E_ARGUMENT);
    EXPECT_EQ(accumulate({5}, {0, 1}, {-1}, INFINITY), GTO_E_NUMERIC);
    EXPECT_TRUE(t.no_gradient(tiny));
}

// Whatever is thrown: what was added of a micro-batch is gone.
TEST(after_failure, gradients_are_zeroed_by_any_exception) {
    tiny_draft tiny;
    const random_text text(tiny, {24, 18}, 3, 4);
    trainer t(tiny);
    gto_batch_result result;
    const auto add = [&] { ASSERT_OK(gto_trainer_accumulate(t.of.get(), text.batch(2, 0), &result)); };
    const auto fails_with = [&](auto thrown) {
        add();
        EXPECT_FALSE(t.no_gradient(tiny));
        const gto_status status = gto::guard([&] {
            const gto::optimizer::whole_gradient whole(t.of->adamw);
            throw thrown;
        });
        EXPECT_NE(status, GTO_OK);
        EXPECT_TRUE(t.no_gradient(tiny));
        return status;
    };
    EXPECT_EQ(fails_with(std::bad_alloc()), GTO_E_MEMORY);
    EXPECT_EQ(fails_with(std::length_error("too long")), GTO_E_INTERNAL);
    EXPECT_EQ(fails_with(gto::error(GTO_E_NUMERIC, "not finite")), GTO_E_NUMERIC);
    EXPECT_EQ(fails_with(42), GTO_E_INTERNAL);

    add();
    std::vector<float> norm = tiny.get(1);
    const std::vector<float> good = norm;
    norm[0] = NAN;
    tiny.set(1, norm);
    const int32_t row = 2, begin[] = {0, 1}, token = 3;
    const float weight = 1;
    EXPECT_EQ(gto_trainer_accumulate_paths(t.of.get(), text.features[0], 24, text.tokens.data(), 1, &row, begin, &token,
                                           &weight, nullptr),
              GTO_E_NUMERIC);
    EXPECT_TRUE(t.no_gradient(tiny));
    tiny.set(1, good);
    add();
    EXPECT_OK(gto_trainer_step(t.of.get(), 1e-3f, 1, nullptr));
    EXPECT_EQ(gto_trainer_steps(t.of.get()), 1);
}

// Kernels run on the threads of a pool: an exception there would end the process.
TEST(after_failure, a_kernel_that_throws) {
    const auto device = open_device(2);
    gto::queue q(*device);
    for (int thrower : {0, 1}) {
        int64_t after = 0;
        {
            const gto::queue::recording recording(q);
            q.kernel([thrower](int ith, int) {
                if (ith == thrower) throw std::bad_alloc();
            });
            EXPECT_THROW(q.run(), std::bad_alloc);
        }
        q.kernel([&](int ith, int) {
            if (ith == 0) after = 7;
        });
        q.run();
        EXPECT_EQ(after, 7);
    }
}

TEST(after_failure, what_was_recorded_is_forgotten) {
    const auto device = open_device(1);
    gto::queue q(*device);
    EXPECT_THROW(
        {
            const gto::queue::recording recording(q);
            q.kernel([](int, int) { FAIL() << "forgotten"; });
            throw std::length_error("between");
        },
        std::length_error);
    q.run();
}

// As many values a row, but the hidden state lies elsewhere, or ends after the row.
TEST(after_failure, features_of_another_width) {
    tiny_draft tiny;
    const random_text text(tiny, {12}, 3, 4);
    trainer t(tiny);
    gto_draft_session * opened = nullptr;
    ASSERT_OK(gto_draft_session_open(tiny.draft, 16, 4, GTO_TYPE_F32, &opened));
    const handle<gto_draft_session> session(opened, gto_draft_session_free);
    const int32_t d = tiny.info.n_embd;
    for (const auto & [n_taps, n_embd] : {std::pair{6, d / 2}, {1, 3 * d}, {3, d / 2}, {4, d}}) {
        auto other = new_features(n_embd, true, GTO_TYPE_F32, n_taps);
        const std::vector<float> rows((size_t) (n_taps + 1) * n_embd * 12, 0.5f);
        ASSERT_OK(gto_features_append(other.get(), 12, rows.data()));
        gto_features * const list[] = {other.get()};
        gto_batch batch = text.batch(2, 0);
        batch.features = list;
        gto_batch_result result;
        EXPECT_EQ(gto_trainer_accumulate(t.of.get(), batch, &result), GTO_E_ARGUMENT);
        EXPECT_NE(std::string(gto_last_error()).find("3 taps"), std::string::npos) << gto_last_error();
        EXPECT_EQ(gto_draft_session_extend(session.get(), other.get(), 0, 4, text.tokens.data() + 1, 0),
                  GTO_E_ARGUMENT);
        EXPECT_EQ(gto_draft_fit_scale(tiny.draft, other.get()), GTO_E_ARGUMENT);
        EXPECT_OK(gto_trainer_accumulate(t.of.get(), text.batch(2, 0), &result));
    }
}

TEST(after_failure, draft_session) {
    tiny_draft tiny;
    const random_text text(tiny, {20}, 1, 3);
    gto_draft_session * opened = nullptr;
    ASSERT_OK(gto_draft_session_open(tiny.draft, 16, 4, GTO_TYPE_F32, &opened));
    const handle<gto_draft_session> session(opened, gto_draft_session_free);
    const int32_t * next = text.tokens.data() + 1;
    ASSERT_OK(gto_draft_session_extend(session.get(), text.features[0], 0, 4, next, 0));
    for (int32_t n : {INT32_MAX, 17, 13, -1, INT32_MIN}) {
        EXPECT_NE(gto_draft_session_extend(session.get(), text.features[0], 0, n, next, 0), GTO_OK);
        EXPECT_NE(gto_draft_session_extend(session.get(), text.features[0], 1, n, next, 0), GTO_OK);
        EXPECT_EQ(gto_draft_session_rows(session.get()), 4);
    }
    for (int32_t first : {INT32_MAX, INT32_MIN, -1, 20}) {
        EXPECT_EQ(gto_draft_session_extend(session.get(), text.features[0], first, 1, next, 0), GTO_E_ARGUMENT);
    }
    EXPECT_EQ(gto_draft_session_extend(session.get(), text.features[0], INT32_MAX, INT32_MAX, next, 0), GTO_E_ARGUMENT);

    // NaN in the middle of a tree: no node of it is left
    std::vector<float> head = tiny.get(12);
    const std::vector<float> good = head;
    head[0] = NAN;
    const int32_t parents[] = {-4, -4}, tokens[] = {3, 6};
    int32_t children[2], first_node = -1;
    float log_probs[2];
    tiny.set(12, head);
    EXPECT_EQ(gto_draft_session_expand(session.get(), 2, parents, tokens, 1, children, log_probs, nullptr, nullptr,
                                       &first_node),
              GTO_E_NUMERIC);
    tiny.set(12, good);
    ASSERT_OK(gto_draft_session_expand(session.get(), 2, parents, tokens, 1, children, log_probs, nullptr, nullptr,
                                       &first_node));
    EXPECT_EQ(first_node, 0);
}

} // namespace
