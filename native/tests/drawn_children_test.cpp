// Drawn children: what is drawn, with which probability.
#include "support/drawn_children.h"

using namespace gto_test;

namespace {

TEST_F(DrawnChildren, come_from_the_rest_of_the_draft) {
    for (const float temperature : {1.0f, 0.5f}) {
        for (const int32_t m : {0, 1, 3, n_draft - 1}) {
            auto drawn = open_drawn(model, 11, temperature);
            const std::vector<int32_t> fixed = m == 0 ? std::vector<int32_t>() : best(m);
            const std::vector<double> q = draft_distribution(position - 1, fixed, temperature);
            std::map<int32_t, int32_t> counts;
            const int32_t n = test_device_name() ? 400 : 20000;
            for (int32_t i = 0; i < n; i++) {
                if (i % 1000 == 0) {
                    ASSERT_OK(gto_drawn_children_clear(drawn.get()));
                }
                counts[draw(drawn, position - 1, fixed)]++;
            }
            for (const auto & [token, count] : counts)
                EXPECT_GT(q[token], 0) << token << " drawn " << count << " times";
            EXPECT_LT(chi_square(q, counts, n), 27.9) << m << " fixed"; // 0.001 quantile of 9 degrees of freedom
            for (int32_t v = 0; v < n_vocab; v++) {
                double found = -1;
                ASSERT_OK(gto_drawn_children_probability(drawn.get(), 0, v, &found));
                EXPECT_NEAR(found, q[v], 1e-6);
            }
        }
    }
}

TEST_F(DrawnChildren, of_nothing_is_none) {
    auto drawn = open_drawn(model, 1);
    EXPECT_EQ(-1, draw(drawn, position - 1, best(n_draft)));
    EXPECT_NE(-1, draw(drawn, position - 1, best(n_draft - 1)));
}

// Logits that the last call has left are those that the head computes again.
TEST_F(DrawnChildren, are_the_same_of_kept_and_of_new_logits) {
    const std::vector<int32_t> nodes = best(4), parents(4, -position);
    std::vector<int32_t> tokens(8), other(2);
    std::vector<float> log_probs(8);
    int32_t first = -1;
    ASSERT_OK(gto_draft_session_expand(drafts.get(), 4, parents.data(), nodes.data(), 2, tokens.data(),
                                       log_probs.data(), nullptr, nullptr, &first));
    auto kept = open_drawn(model, 3), anew = open_drawn(model, 3);
    std::vector<int32_t> a, b;
    for (int32_t node = 0; node < 4; node++) a.push_back(draw(kept, -1 - node, {tokens[2 * node]}));
    best(2); // the logits of another row
    for (int32_t node = 0; node < 4; node++) b.push_back(draw(anew, -1 - node, {tokens[2 * node]}));
    EXPECT_EQ(a, b);
    for (int32_t i = 0; i < 4; i++) {
        for (int32_t v = 0; v < n_vocab; v++) {
            double x = -1, y = -2;
            ASSERT_OK(gto_drawn_children_probability(kept.get(), i, v, &x));
            ASSERT_OK(gto_drawn_children_probability(anew.get(), i, v, &y));
            EXPECT_EQ(x, y);
        }
    }
}

TEST_F(DrawnChildren, options_and_arguments_are_checked) {
    gto_drawn_children * made = nullptr;
    for (float temperature : {0.0f, -1.0f, 0.001f, NAN, INFINITY}) {
        EXPECT_EQ(GTO_E_ARGUMENT, gto_drawn_children_open(model.target.get(), temperature, 0, &made));
    }
    auto drawn = open_drawn(model, 1);
    const int32_t begins[] = {0, 1}, bad = n_vocab;
    int32_t at = position - 1, token, first;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_draft_session_draw(drafts.get(), drawn.get(), 1, &at, begins, &bad, &token, &first));
    at = 60;
    const int32_t good = 1;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_draft_session_draw(drafts.get(), drawn.get(), 1, &at, begins, &good, &token, &first));
    EXPECT_EQ(0, gto_drawn_children_count(drawn.get()));
    double q;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_drawn_children_probability(drawn.get(), 0, 0, &q));
}

} // namespace
