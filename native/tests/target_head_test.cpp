// The head alone gives the logits that the target's own pass gives, whatever its architecture does after the head.
#include "gto4j/target_head.h"
#include "support/oracle.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace gto_test;

namespace {

handle<gto_target_head> open_head(const tiny & model) {
    gto_target_head * head = nullptr;
    EXPECT_OK(gto_target_head_open(model.target.get(), &head));
    return {head, gto_target_head_free};
}

void check_logits(const tiny_options & options, double tolerance) {
    const tiny model(options);
    std::vector<int32_t> tokens;
    for (int32_t i = 0; i < 24; i++) tokens.push_back((i * 37 + 11) % model.n_vocab());
    gto_session_options session_options = exact_options();
    gto_target_default_taps(model.target.get(), session_options.tap_layers);
    const reading said = read_one_by_one(model, tokens, session_options);
    auto features = new_features(model.n_embd());
    for (const auto & row : said.features) ASSERT_OK(gto_features_append(features.get(), 1, row.data()));

    const auto head = open_head(model);
    const size_t n_vocab = (size_t) model.n_vocab();
    std::vector<float> logits(7 * n_vocab);
    for (int32_t first : {0, 5, 17}) {
        ASSERT_OK(gto_target_head_logits(head.get(), features.get(), first, 7, logits.data()));
        for (size_t i = 0; i < logits.size(); i++) {
            ASSERT_NEAR(logits[i], said.logits[(size_t) first + i / n_vocab][i % n_vocab], tolerance)
                << first << " " << i;
        }
    }
    ASSERT_OK(gto_target_head_logits(head.get(), features.get(), 24, 0, logits.data()));
}

TEST(target_head, of_a_plain_head) { check_logits({}, 1e-4); }

TEST(target_head, of_a_tied_head) {
    tiny_options options = options_of("gemma3");
    options.tied = true;
    check_logits(options, 1e-4);
}

TEST(target_head, of_soft_capped_logits) {
    tiny_options options;
    options.arch = "gemma3";
    options.soft_cap = 2.0f;
    check_logits(options, 1e-4);
}

TEST(target_head, refuses_rows_that_do_not_fit) {
    const tiny model{tiny_options()};
    const auto head = open_head(model);
    std::vector<float> logits(2 * (size_t) model.n_vocab());
    auto none = new_features(model.n_embd());
    const std::vector<float> row(4 * (size_t) model.n_embd(), 1.0f);
    ASSERT_OK(gto_features_append(none.get(), 1, row.data()));
    EXPECT_EQ(gto_target_head_logits(head.get(), none.get(), 0, 2, logits.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_target_head_logits(head.get(), none.get(), -1, 1, logits.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_target_head_logits(head.get(), none.get(), 1, INT32_MAX, logits.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_target_head_logits(head.get(), none.get(), 0, -1, logits.data()), GTO_E_ARGUMENT);
    EXPECT_OK(gto_target_head_logits(head.get(), none.get(), 0, 1, logits.data()));
    auto without = new_features(model.n_embd(), false);
    ASSERT_OK(gto_features_append(without.get(), 1, row.data()));
    EXPECT_EQ(gto_target_head_logits(head.get(), without.get(), 0, 1, logits.data()), GTO_E_ARGUMENT);
    auto wide = new_features(model.n_embd() + 1);
    EXPECT_EQ(gto_target_head_logits(head.get(), wide.get(), 0, 0, logits.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_target_head_logits(nullptr, none.get(), 0, 1, logits.data()), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_target_head_logits(head.get(), none.get(), 0, 1, nullptr), GTO_E_ARGUMENT);
    gto_target_head * out = nullptr;
    EXPECT_EQ(gto_target_head_open(nullptr, &out), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_target_head_open(model.target.get(), nullptr), GTO_E_ARGUMENT);
}

} // namespace
