// What rows of the training-time test may attend to, predict and leave, for all lengths 1..64 in packed micro-batches,
// against a net in double precision whose mask is written out (support/written_out_ttt.h).
#include "support/gaussian.h"
#include "support/tiny_draft.h"
#include "support/written_out_ttt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace gto_test;

namespace {

constexpr int32_t n_passes = 7, longest = 64;
constexpr double tolerance = 2e-5; // of a log-probability after seven passes in F32

class ttt_masks : public testing::Test {
  protected:
    ttt_masks() = default;
    explicit ttt_masks(const published_net & net) : tiny(net) {}

    void SetUp() override {
        // flat attention, so that every key weighs something
        for (const int32_t tensor : {gto::T_Q, gto::T_K}) {
            std::vector<float> values = tiny.get(tensor);
            for (float & v : values) v *= 0.15f;
            tiny.set(tensor, values);
        }
        gto_trainer_options options = gto_trainer_options_default();
        options.chunk_rows = 16;
        ASSERT_EQ(gto_trainer_open(tiny.target, tiny.draft, options, &trainer), GTO_OK) << gto_last_error();
    }
    void TearDown() override { gto_trainer_free(trainer); }

    // A sequence of this length among others, each with random response spans.
    random_text packed(int32_t length, gaussian & random) const {
        std::vector<int32_t> lengths = {2 + (int32_t) random.integer(14), 2 + (int32_t) random.integer(14)};
        lengths.insert(lengths.begin() + random.integer(3), length);
        return random_text(tiny, lengths, 0, 100 + length);
    }

    static void draw_spans(random_text & text, gaussian & random) {
        bool response = random.integer(2) == 0;
        for (int8_t & m : text.mask) {
            if (random.integer(response ? 9 : 4) == 0) response = !response;
            m = response;
        }
    }

    // log M of every (root, pass) of the trainer's own forward, roots in the order of rows.
    std::vector<float> log_probs(const gto_batch & batch, gto_batch_result & result) const {
        std::vector<float> all;
        trainer->ttt.run(gto::plan_text(*tiny.draft, batch), nullptr, result, &all);
        return all;
    }

    // The root's number of each cell that starts one.
    static std::vector<std::vector<int64_t>> roots_of(const gto_batch & batch) {
        std::vector<std::vector<int64_t>> roots;
        int64_t n = 0;
        for (int32_t s = 0, offset = 0; s < batch.n_sequences; offset += batch.lengths[s], s++) {
            roots.emplace_back(batch.lengths[s], -1);
            for (int32_t t = 0; t + 2 < batch.lengths[s]; t++) {
                if (batch.loss_mask[offset + t + 2]) roots[s][t] = n++;
            }
        }
        return roots;
    }

    void compare(const gto_batch & batch, gaussian & random) {
        gto_batch_result found;
        const std::vector<float> theirs = log_probs(batch, found);
        const auto roots = roots_of(batch);
        const auto at = [&](const cell & c) { return (size_t) (roots[c.sequence][c.row] * n_passes + c.pass); };
        const auto stays = [&](const cell & next) {
            return at(next) < theirs.size() && std::isfinite(theirs[at(next)]);
        };
        const written_out_ttt oracle(*trainer, batch);
        const written_out_result ours = oracle.run(may_attend, stays);

        gto_batch_result expected = {};
        size_t finite = 0;
        for (const written_out_result::scored & s : ours.scores) {
            const int32_t j = s.at.pass;
            expected.pairs[j]++;
            expected.unmasked[j] += s.in_loss;
            expected.correct[j] += s.correct;
            expected.kept[j] += s.kept;
            expected.loss[j] += s.loss;
            ASSERT_LT(at(s.at), theirs.size());
            if (std::isnan(s.log_prob)) continue;
            finite++;
            EXPECT_NEAR(theirs[at(s.at)], s.log_prob, tolerance)
                << "sequence " << s.at.sequence << ", row " << s.at.row << ", pass " << j;
        }
        EXPECT_EQ(finite,
                  (size_t) std::count_if(theirs.begin(), theirs.end(), [](float v) { return std::isfinite(v); }));
        for (int32_t j = 0; j < n_passes; j++) {
            EXPECT_EQ(found.pairs[j], expected.pairs[j]) << j;
            EXPECT_EQ(found.unmasked[j], expected.unmasked[j]) << j;
            EXPECT_NEAR(found.loss[j], expected.loss[j], tolerance * (1 + expected.pairs[j])) << j;
            EXPECT_NEAR(found.correct[j], expected.correct[j], 1) << j; // of two logits too near to call
            EXPECT_NEAR(found.kept[j], expected.kept[j], 1) << j;
        }
        if (!ours.scores.empty()) {
            a_wrong_bit_shows(oracle, ours, stays, random, [&](const cell & c) { return theirs[at(c)]; });
        }
    }

    // With an entry of the mask turned over, the cell or a later pass of its row must be off.
    void a_wrong_bit_shows(const written_out_ttt & oracle, const written_out_result & right,
                           const written_out_ttt::judge & stays, gaussian & random,
                           const std::function<float(const cell &)> & theirs) {
        for (int attempt = 0; attempt < 4; attempt++) {
            const written_out_result::scored & query = right.scores[random.integer((uint32_t) right.scores.size())];
            const cell key = right.cells[random.integer((uint32_t) right.cells.size())];
            const bool only_key = query.at.row == 0 && query.at.pass == 0 && may_attend(query.at, key);
            if (std::isnan(query.log_prob) || key.pass > query.at.pass || only_key) continue;
            const auto wrong = oracle.run(
                [&](const cell & q, const cell & k) { return may_attend(q, k) != (q == query.at && k == key); }, stays);
            double off = 0;
            for (cell c = query.at; const written_out_result::scored * s = wrong.find(c); c.pass++) {
                if (right.find(c) && !std::isnan(s->log_prob)) off = std::max(off, std::abs(s->log_prob - theirs(c)));
            }
            EXPECT_GT(off, 2 * tolerance)
                << "query " << query.at.sequence << "/" << query.at.row << "/" << query.at.pass << ", key "
                << key.sequence << "/" << key.row << "/" << key.pass;
            turned++;
        }
    }

    void compare_all_lengths(int32_t keep_top_k, bool with_policy) {
        gaussian random(11 + keep_top_k);
        for (int32_t length = 2; length <= longest; length++) {
            SCOPED_TRACE("length " + std::to_string(length));
            random_text text = packed(length, random);
            draw_spans(text, random);
            gto_batch batch = text.batch(n_passes, keep_top_k);
            std::vector<float> policy;
            while (policy.size() < text.tokens.size() * n_passes) {
                policy.push_back(random.integer(2) == 0 ? 0.1f * random() : 0.0f);
            }
            if (with_policy) batch.policy_weight = policy.data();
            compare(batch, random);
        }
        EXPECT_GT(turned, longest);
    }

    tiny_draft tiny;
    gto_trainer * trainer = nullptr;
    int turned = 0;
};

TEST_F(ttt_masks, of_all_rows) { compare_all_lengths(0, false); }

TEST_F(ttt_masks, of_rows_that_leave) { compare_all_lengths(10, false); }

TEST_F(ttt_masks, of_rows_that_policy_weights_keep) { compare_all_lengths(10, true); }

// Half of the text's tokens aren't the draft's own: rows offer them once the text has brought them.
class context_masks : public ttt_masks {
  protected:
    void SetUp() override {
        ttt_masks::SetUp();
        ASSERT_EQ(gto_draft_set_context_vocabulary(tiny.draft, true, 0.75f, 1.5f), GTO_OK) << gto_last_error();
    }
    void compare_some_lengths(int32_t keep_top_k) {
        gaussian random(23);
        size_t own = 0, offered = 0;
        for (const int32_t length : {2, 3, 9, 17, 40, longest}) {
            SCOPED_TRACE("length " + std::to_string(length));
            random_text text = packed(length, random);
            draw_spans(text, random);
            std::vector<int32_t> others;
            for (size_t i = 0; i < 8; i++) others.push_back((int32_t) random.integer((uint32_t) tiny.info.n_vocab));
            for (std::vector<int32_t> * all : {&text.tokens, &text.argmax}) {
                for (int32_t & token : *all) {
                    if (random.integer(2) == 0) token = others[random.integer((uint32_t) others.size())];
                }
            }
            const gto_batch batch = text.batch(n_passes, keep_top_k);
            compare(batch, random);
            for (const int32_t label : gto::plan_text(*tiny.draft, batch).label) {
                own += label >= 0 && label < tiny.draft->s.n_draft_vocab;
                offered += label >= tiny.draft->s.n_draft_vocab;
            }
        }
        EXPECT_GT(turned, 4);
        EXPECT_GT(own, 100u);
        EXPECT_GT(offered, 100u);
    }
};

TEST_F(context_masks, of_all_rows) { compare_some_lengths(0); }

TEST_F(context_masks, of_rows_that_leave) { compare_some_lengths(10); }

class published_masks : public ttt_masks, public testing::WithParamInterface<published_net> {
  protected:
    published_masks() : ttt_masks(GetParam()) {}
};

// The net itself, too: everything that it computes is written out.
TEST_P(published_masks, of_some_lengths) {
    gaussian random(17);
    for (const int32_t length : {2, 17, 40, longest}) {
        random_text text = packed(length, random);
        draw_spans(text, random);
        compare(text.batch(n_passes, 10), random);
    }
    EXPECT_GT(turned, 2);
}

INSTANTIATE_TEST_SUITE_P(nets, published_masks, testing::ValuesIn(published_nets()), testing::PrintToStringParamName());

TEST_F(ttt_masks, one_token_is_no_sequence) {
    const random_text text(tiny, {5, 1}, 0, 1);
    gto_batch_result result;
    EXPECT_EQ(gto_trainer_evaluate(trainer, text.batch(n_passes, 0), &result), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "sequence 1: expected a length in 2..1 (its feature rows), found 1");
}

} // namespace
