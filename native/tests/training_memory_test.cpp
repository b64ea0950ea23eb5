// What a plan promises is what a trainer allocates.
#include "device/product_unit.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

using namespace gto_test;

namespace {

class training_memory : public testing::Test {
  protected:
    training_memory() { options.chunk_rows = 16; }

    gto_training_memory planned(int32_t n_tokens, int32_t n_passes) {
        gto_training_memory plan = {};
        EXPECT_EQ(gto_trainer_plan_memory(tiny.target, (int32_t) tiny.vocabulary.size(),
                                          gto_draft_context_vocabulary(tiny.draft, nullptr, nullptr), options, n_tokens,
                                          n_passes, &plan),
                  GTO_OK)
            << gto_last_error();
        return plan;
    }

    // After one micro-batch of a new trainer.
    gto_training_memory allocated(const gto_batch & batch) {
        gto_trainer * trainer = nullptr;
        gto_batch_result result;
        gto_training_memory used = {};
        EXPECT_EQ(gto_trainer_open(tiny.target, tiny.draft, options, &trainer), GTO_OK) << gto_last_error();
        EXPECT_EQ(gto_trainer_accumulate(trainer, batch, &result), GTO_OK) << gto_last_error();
        EXPECT_EQ(gto_trainer_memory(trainer, &used), GTO_OK) << gto_last_error();
        gto_trainer_free(trainer);
        return used;
    }

    static std::vector<int64_t> parts(const gto_training_memory & m) {
        return {m.n_params, m.weights, m.embedding, m.target_head, m.gradient, m.moments, m.activations, m.packed};
    }

    tiny_draft tiny{2};
    gto_trainer_options options = gto_trainer_options_default();
};

TEST_F(training_memory, plan_equals_what_is_allocated) {
    for (const auto & [length, n_passes] : {std::pair(3, 1), {19, 1}, {40, 4}, {60, 7}}) {
        random_text text(tiny, {length}, 0, 1);
        for (int32_t & token : text.argmax) token = tiny.vocabulary[0]; // no row is masked
        EXPECT_EQ(parts(allocated(text.batch(n_passes, 0))), parts(planned(length, n_passes)))
            << length << " tokens, " << n_passes << " passes";
    }
}

// Tokens that the draft vocabulary lacks, none of them twice: each is a logit more of every row.
TEST_F(training_memory, plan_equals_what_is_allocated_with_a_context_vocabulary) {
    ASSERT_EQ(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 0), GTO_OK) << gto_last_error();
    for (const auto & [length, n_passes] : {std::pair(19, 1), {40, 4}}) {
        random_text text(tiny, {length}, 0, 1);
        int32_t next = 0;
        for (int32_t & token : text.tokens) {
            while (std::count(tiny.vocabulary.begin(), tiny.vocabulary.end(), next)) next++;
            token = next++;
        }
        for (int32_t & token : text.argmax) token = tiny.vocabulary[0];
        EXPECT_EQ(parts(allocated(text.batch(n_passes, 0))), parts(planned(length, n_passes)))
            << length << " tokens, " << n_passes << " passes";
    }
}

TEST_F(training_memory, no_batch_takes_more_with_a_context_vocabulary) {
    ASSERT_EQ(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 0), GTO_OK) << gto_last_error();
    const random_text text(tiny, {14, 17, 9}, 3, 8);
    const gto_training_memory used = allocated(text.batch(5, 10)), plan = planned(40, 5);
    EXPECT_LE(used.activations, plan.activations);
    EXPECT_LE(used.packed, plan.packed);
}

TEST_F(training_memory, holds_in_bf16) {
    if (!gto::tile_unit()) GTEST_SKIP() << "no products in BF16 here";
    options.precision = GTO_PRECISION_BF16;
    random_text text(tiny, {60}, 0, 1);
    for (int32_t & token : text.argmax) token = tiny.vocabulary[0];
    EXPECT_EQ(parts(allocated(text.batch(7, 0))), parts(planned(60, 7)));
}

TEST_F(training_memory, no_batch_of_as_many_tokens_takes_more) {
    const random_text text(tiny, {14, 17, 9}, 3, 8);
    const gto_training_memory used = allocated(text.batch(5, 10)), plan = planned(40, 5);
    EXPECT_LE(used.activations, plan.activations);
    EXPECT_LE(used.packed, plan.packed);
}

// The sizes are enough; an embedding in 16 bits is half of this one.
TEST_F(training_memory, is_known_of_a_target_that_is_not_there) {
    gto_training_memory like = {};
    for (const auto & [length, n_passes] : {std::pair(3, 1), {40, 4}, {60, 7}}) {
        ASSERT_EQ(gto_trainer_plan_memory_of(tiny.device, tiny.info, (int32_t) tiny.vocabulary.size(), false, options,
                                             length, n_passes, &like),
                  GTO_OK)
            << gto_last_error();
        gto_training_memory there = planned(length, n_passes);
        there.embedding /= 2;
        EXPECT_EQ(parts(like), parts(there));
    }
    gto_target_info odd = tiny.info;
    odd.n_head_kv = 3;
    EXPECT_EQ(gto_trainer_plan_memory_of(tiny.device, odd, 4, false, options, 40, 4, &like), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "n_head_kv: expected a divisor of the 4 heads, found 3");
}

TEST_F(training_memory, refuses_what_no_trainer_has) {
    gto_training_memory plan;
    const auto refuses = [&](int32_t vocabulary, int32_t n_tokens, int32_t n_passes, const char * message) {
        EXPECT_EQ(gto_trainer_plan_memory(tiny.target, vocabulary, false, options, n_tokens, n_passes, &plan),
                  GTO_E_ARGUMENT);
        EXPECT_STREQ(gto_last_error(), message);
    };
    refuses(4, 1, 7, "tokens of a micro-batch: expected at least 2, found 1");
    refuses(4, 10, 17, "TTT passes: expected 1..16, found 17");
    refuses(0, 10, 7, ("draft vocabulary: expected 1.." + std::to_string(tiny.info.n_vocab) + ", found 0").c_str());
}

} // namespace
