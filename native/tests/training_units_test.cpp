// A processor without AVX-512, AVX2 or a tile unit trains, too: the gradients with each kernel that runs here are those
// with the fastest.
#include "device/float_product.h"
#include "draft/optimizer.h"
#include "draft/ttt.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace gto;

namespace {

struct trained {
    double objective;
    std::vector<float> gradient;
};

// Two micro-batches with a step of AdamW between them: the second is computed with weights that were packed anew.
trained train(gto_test::tiny_draft & tiny, const gto_batch & batch, const product_unit & unit) {
    gto_draft draft(*tiny.draft);
    std::vector<float> head = target_head_rows(gguf_file(tiny.target_path), draft.s, draft.d2t);
    optimizer adamw(draft, gto_trainer_options_default());
    ttt passes(draft, dense(head.data(), draft.s.n_draft_vocab, draft.s.d_target), {}, 24, {&unit, number_type::f32});
    const ttt_plan plan = plan_text(draft, batch);
    gto_batch_result result;
    passes.run(plan, adamw.gradient(), result, nullptr);
    adamw.step(1e-3f, 0);
    passes.run(plan, adamw.gradient(), result, nullptr);
    return {result.objective, {adamw.gradient(), adamw.gradient() + draft.n_params}};
}

double difference(const std::vector<float> & a, const std::vector<float> & b) {
    double squares = 0, of_b = 0;
    for (size_t i = 0; i < a.size(); i++) {
        squares += std::pow((double) a[i] - b[i], 2);
        of_b += std::pow((double) b[i], 2);
    }
    return std::sqrt(squares / of_b);
}

class training_units : public testing::Test {
  protected:
    gto_test::tiny_draft tiny;
    gto_test::random_text text{tiny, {24, 18, 30}, 3, 4};
    gto_batch batch = text.batch(4, 0);
    trained fastest = train(tiny, batch, float_unit());
};

TEST_F(training_units, give_the_same_gradients) {
    ASSERT_GT(fastest.gradient.size(), 0u);
    for (const float_kernel * kernel : float_kernels()) {
        const trained other = train(tiny, batch, float_product(*kernel));
        EXPECT_NEAR(other.objective, fastest.objective, 1e-5 * std::fabs(fastest.objective)) << kernel->name;
        EXPECT_LT(difference(other.gradient, fastest.gradient), 1e-4) << kernel->name;
    }
}

TEST_F(training_units, give_the_same_bits_again) {
    EXPECT_EQ(train(tiny, batch, float_unit()).gradient, fastest.gradient);
}

TEST_F(training_units, see_weights_that_others_write) {
    std::vector<float> head = target_head_rows(gguf_file(tiny.target_path), tiny.draft->s, tiny.draft->d2t);
    ttt passes(*tiny.draft, dense(head.data(), tiny.draft->s.n_draft_vocab, tiny.draft->s.d_target), {}, 24,
               {tile_unit() ? tile_unit() : &float_unit(), number_type::bf16});
    const ttt_plan plan = plan_text(*tiny.draft, batch);
    gto_batch_result before, after;
    passes.run(plan, nullptr, before, nullptr);
    tiny.set(T_HEAD, std::vector<float>(tiny.get(T_HEAD).size(), 0.0f));
    passes.run(plan, nullptr, after, nullptr);
    EXPECT_NE(after.objective, before.objective);
    // all tokens alike
    EXPECT_NEAR(after.loss[0] / after.unmasked[0], std::log((double) tiny.draft->s.n_draft_vocab), 1e-5);
}

} // namespace
