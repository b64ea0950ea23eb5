// Miss decay and hard labels: the objective of texts of which the draft proposes parts first, against a net in double
// precision that counts the misses itself (support/written_out_ttt.h).
#include "support/gaussian.h"
#include "support/tiny_draft.h"
#include "support/written_out_ttt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace gto_test;

namespace {

constexpr int32_t n_passes = 6;

class token_loss_options : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &trainer), GTO_OK)
            << gto_last_error();
    }
    void TearDown() override { gto_trainer_free(trainer); }

    gto_batch_result evaluate(const gto_batch & batch) const {
        gto_batch_result result;
        EXPECT_EQ(gto_trainer_evaluate(trainer, batch, &result), GTO_OK) << gto_last_error();
        return result;
    }

    written_out_result written_out(const gto_batch & batch) const {
        return written_out_ttt(*trainer, batch).run(may_attend, [](const cell &) { return true; });
    }

    // The objective that the scores say, with the weights that `weight` gives them.
    template <class Weight>
    static double objective(const gto_batch & batch, const written_out_result & result, Weight weight) {
        double sum = 0, pairs = 0;
        for (const written_out_result::scored & s : result.scores) {
            sum += weight(s) * s.loss;
            pairs += s.at.pass == 0 && (s.in_loss || batch.mean_over_all);
        }
        return sum / pairs;
    }
    static double objective(const gto_batch & batch, const written_out_result & result) {
        return objective(batch, result, [](const written_out_result::scored & s) { return s.weight; });
    }

    // Writes into a text of one sequence what pass 0 of each row proposes first, but for each `every`-th row. What a
    // row proposes depends on the tokens before it alone.
    void let_the_draft_write(random_text & text, int32_t every) const {
        for (int32_t t = 0; t + 2 < text.lengths[0]; t++) {
            if (t % every == every - 1) continue;
            float best = -INFINITY;
            int32_t first = -1;
            for (const int32_t token : tiny.vocabulary) {
                text.tokens[t + 2] = token;
                std::vector<float> log_probs;
                gto_batch_result result;
                trainer->ttt.run(gto::plan_text(*tiny.draft, text.batch(1, 0)), nullptr, result, &log_probs);
                if (log_probs[t] > best) {
                    best = log_probs[t];
                    first = token;
                }
            }
            text.tokens[t + 2] = first;
        }
    }

    tiny_draft tiny;
    gto_trainer * trainer = nullptr;
};

TEST_F(token_loss_options, weigh_a_row_by_its_misses_so_far) {
    random_text text(tiny, {60}, 0, 5);
    let_the_draft_write(text, 4);
    for (const int32_t keep_top_k : {0, 10}) {
        for (const float miss_decay : {1.0f, 0.5f, 0.01f}) {
            for (const bool mean_over_all : {false, true}) {
                SCOPED_TRACE(std::to_string(keep_top_k) + ", decay " + std::to_string(miss_decay));
                gto_batch batch = text.batch(n_passes, keep_top_k);
                batch.miss_decay = miss_decay;
                batch.mean_over_all = mean_over_all;
                const written_out_result expected = written_out(batch);
                std::set<float> weights;
                size_t hits = 0, misses = 0;
                for (const written_out_result::scored & s : expected.scores) {
                    ASSERT_FALSE(s.near_miss);
                    (s.missed ? misses : hits)++;
                    if (s.at.pass == 2 && s.in_loss) weights.insert((float) s.weight);
                    if (s.at.pass == 0 && s.in_loss) {
                        EXPECT_EQ(s.weight, 1);
                    }
                }
                EXPECT_GT(hits, 10u);
                EXPECT_GT(misses, 10u);
                // of none, one and two misses; of the rows that may leave none stays after two here
                EXPECT_EQ(weights.size(), miss_decay == 1 ? 1u : keep_top_k > 0 ? 2u : 3u);
                EXPECT_NEAR(evaluate(batch).objective, objective(batch, expected), 1e-5);
                if (miss_decay == 1) continue;
                // wrong would be: the miss of the own pass counts, or none does
                const auto own = [&](const written_out_result::scored & s) {
                    return s.weight * (s.missed ? miss_decay : 1);
                };
                const auto none = [&](const written_out_result::scored & s) {
                    return s.weight > 0 ? std::pow(batch.step_decay, s.at.pass) : 0.0;
                };
                EXPECT_GT(std::fabs(evaluate(batch).objective - objective(batch, expected, own)), 1e-3);
                EXPECT_GT(std::fabs(evaluate(batch).objective - objective(batch, expected, none)), 1e-3);
            }
        }
    }
}

TEST_F(token_loss_options, leave_rows_alone_that_never_miss) {
    random_text text(tiny, {9}, 0, 6);
    let_the_draft_write(text, 100);
    gto_batch batch = text.batch(2, 0); // pass 1 has only the misses of pass 0
    const gto_batch_result plain = evaluate(batch);
    batch.miss_decay = 0.25f;
    EXPECT_EQ(evaluate(batch).objective, plain.objective);
    text.tokens[5] = text.tokens[5] == tiny.vocabulary[0] ? tiny.vocabulary[1] : tiny.vocabulary[0];
    const double decayed = evaluate(batch).objective;
    batch.miss_decay = 1;
    EXPECT_LT(decayed, evaluate(batch).objective - 1e-3) << "one row missed";
}

TEST_F(token_loss_options, mix_hard_labels_into_the_loss) {
    random_text text(tiny, {26, 12}, 0, 7);
    for (size_t i = 0; i < text.tokens.size(); i += 5) text.tokens[i] = 1; // not of the draft vocabulary
    for (const float share : {0.0f, 0.3f, 1.0f}) {
        gto_batch batch = text.batch(n_passes, 0);
        batch.hard_label_share = share;
        batch.miss_decay = 0.5f;
        const written_out_result expected = written_out(batch);
        size_t without_label = 0;
        double loss = 0;
        for (const written_out_result::scored & s : expected.scores) {
            without_label += s.in_loss && std::isnan(s.log_prob);
            if (s.at.pass == 1) loss += s.loss;
        }
        EXPECT_GT(without_label, 3u) << "they have their soft label alone";
        const gto_batch_result found = evaluate(batch);
        EXPECT_NEAR(found.objective, objective(batch, expected), 1e-5 * found.objective);
        EXPECT_NEAR(found.loss[1], loss, 1e-5 * loss);
        batch.hard_label_share = 0;
        EXPECT_EQ(found.unmasked[0], evaluate(batch).unmasked[0]);
        EXPECT_NEAR(found.acceptance[0], evaluate(batch).acceptance[0], 1e-6) << "of the soft label in any case";
        const double difference = std::fabs(found.objective - objective(batch, written_out(batch)));
        if (share > 0) {
            EXPECT_GT(difference, 1e-2);
        }
    }
}

TEST_F(token_loss_options, leave_nothing_behind) {
    random_text text(tiny, {30, 14}, 3, 8);
    const auto gradient = [&](const gto_batch & batch) {
        gto_batch_result result;
        EXPECT_EQ(gto_trainer_zero(trainer), GTO_OK);
        EXPECT_EQ(gto_trainer_accumulate(trainer, batch, &result), GTO_OK) << gto_last_error();
        std::vector<float> all(gto_draft_tensor_size(tiny.draft, 0));
        EXPECT_EQ(gto_trainer_gradient(trainer, 0, all.data()), GTO_OK);
        return all;
    };
    gto_batch batch = text.batch(n_passes, 0);
    const std::vector<float> plain = gradient(batch);
    batch.miss_decay = 0.9f;
    EXPECT_NE(gradient(batch), plain);
    batch.miss_decay = 1;
    batch.hard_label_share = 0.1f;
    EXPECT_NE(gradient(batch), plain);
    batch.hard_label_share = 0;
    EXPECT_EQ(gradient(batch), plain);
}

TEST_F(token_loss_options, are_checked) {
    const random_text text(tiny, {8}, 0, 9);
    gto_batch_result result;
    for (const float wrong : {0.0f, -0.5f, 1.5f, (float) NAN, INFINITY}) {
        gto_batch batch = text.batch(2, 0);
        batch.miss_decay = wrong;
        EXPECT_EQ(gto_trainer_evaluate(trainer, batch, &result), GTO_E_ARGUMENT) << wrong;
    }
    for (const float wrong : {-0.1f, 1.5f, (float) NAN, INFINITY}) {
        gto_batch batch = text.batch(2, 0);
        batch.hard_label_share = wrong;
        EXPECT_EQ(gto_trainer_accumulate(trainer, batch, &result), GTO_E_ARGUMENT) << wrong;
    }
    gto_batch batch = text.batch(2, 0);
    batch.miss_decay = 2;
    EXPECT_EQ(gto_trainer_evaluate(trainer, batch, &result), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "miss_decay: expected a number in (0, 1], found 2");
    batch.miss_decay = 1;
    batch.hard_label_share = -1;
    EXPECT_EQ(gto_trainer_evaluate(trainer, batch, &result), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "hard_label_share: expected a number in [0, 1], found -1");
}

} // namespace
