// A tiny target and a draft of it whose distributions are far from even, with a prompt read by both.
#pragma once

#include "support/distributions.h"
#include "support/handles.h"

#include <cmath>
#include <vector>

namespace gto_test {

constexpr int32_t n_vocab = 14, n_draft = 9, begin_token = 12;
inline const std::vector<int32_t> draft_vocabulary = {0, 1, 2, 4, 5, 7, 8, 10, 11};
inline const std::vector<int32_t> prompt = {begin_token, 3, 5, 1};

inline tiny_options small() {
    tiny_options options;
    options.vocab = n_vocab;
    options.scale = 1.0f;
    return options;
}

inline handle<gto_drawn_children> open_drawn(const tiny & model, uint32_t seed, float temperature = 1) {
    gto_drawn_children * drawn = nullptr;
    EXPECT_OK(gto_drawn_children_open(model.target.get(), temperature, seed, &drawn));
    return {drawn, gto_drawn_children_free};
}

struct DrawnChildren : testing::Test {
    DrawnChildren() : model(small()), features(new_features(model.n_embd())) {
        gto_session_options options = exact_options();
        session = open_session(model.target, options);
        gto_draft_config config = {
            n_draft, {options.tap_layers[0], options.tap_layers[1], options.tap_layers[2]}, GTO_INIT_RANDOM, 5};
        gto_draft * made = nullptr;
        EXPECT_OK(gto_draft_create(model.target.get(), config, draft_vocabulary.data(), &made));
        draft.reset(made);
        for (int32_t i = 0; i < gto_draft_tensor_count(made); i++) { // logits that differ
            if (gto_draft_tensor_name(made, i) != std::string("output.weight")) continue;
            std::vector<float> values((size_t) gto_draft_tensor_size(made, i));
            EXPECT_OK(gto_draft_get_tensor(made, i, values.data()));
            for (float & value : values) value *= 12;
            EXPECT_OK(gto_draft_set_tensor(made, i, values.data()));
        }
        gto_draft_session * opened = nullptr;
        EXPECT_OK(gto_draft_session_open(made, 64, 16, GTO_TYPE_F32, &opened));
        drafts.reset(opened);
        position = (int32_t) prompt.size() - 1; // the last token is the root
        EXPECT_OK(gto_session_prefill(session.get(), 0, 0, position, prompt.data(), position, features.get(), nullptr));
        EXPECT_OK(gto_draft_session_extend(opened, features.get(), 0, position, prompt.data() + 1, position - 1));
    }
    int32_t root() const { return prompt.back(); }
    // The draft's k best children of its last row.
    std::vector<int32_t> best(int32_t k) {
        const int32_t row = position - 1;
        std::vector<int32_t> tokens(k);
        std::vector<float> log_probs(k);
        EXPECT_OK(gto_draft_session_roots(drafts.get(), 1, &row, k, tokens.data(), log_probs.data(), nullptr, nullptr));
        return tokens;
    }
    int32_t draw(const handle<gto_drawn_children> & drawn, int32_t row_or_node, const std::vector<int32_t> & fixed) {
        const int32_t begins[] = {0, (int32_t) fixed.size()};
        int32_t token = -2, first = -1;
        EXPECT_OK(
            gto_draft_session_draw(drafts.get(), drawn.get(), 1, &row_or_node, begins, fixed.data(), &token, &first));
        EXPECT_EQ(first + 1, gto_drawn_children_count(drawn.get()));
        return token;
    }
    std::vector<double> draft_distribution(int32_t row_or_node, const std::vector<int32_t> & fixed, double t) {
        std::vector<float> logits(n_draft);
        EXPECT_OK(gto_draft_session_logits(drafts.get(), row_or_node, logits.data()));
        std::vector<double> q(n_vocab);
        double sum = 0;
        for (int32_t i = 0; i < n_draft; i++) {
            const bool is_fixed = std::count(fixed.begin(), fixed.end(), draft_vocabulary[i]) > 0;
            sum += q[draft_vocabulary[i]] = is_fixed ? 0 : std::exp(logits[i] / t);
        }
        for (double & x : q) x /= sum;
        return q;
    }
    // The target's law after the prompt and some tokens, by a decode of its own.
    std::vector<double> target_distribution(const std::vector<int32_t> & after, float temperature) {
        gto_session_options options = exact_options();
        auto other = open_session(model.target, options);
        std::vector<int32_t> text = prompt;
        text.insert(text.end(), after.begin(), after.end());
        const int32_t n = (int32_t) text.size(), row = n - 1;
        EXPECT_OK(gto_session_prefill(other.get(), 0, 0, n, text.data(), row, nullptr, nullptr));
        std::vector<int32_t> rows(n_vocab, row), tokens(n_vocab);
        for (int32_t v = 0; v < n_vocab; v++) tokens[v] = v;
        std::vector<float> p(n_vocab);
        EXPECT_OK(gto_session_probabilities(other.get(), n_vocab, rows.data(), tokens.data(), temperature, p.data()));
        return {p.begin(), p.end()};
    }

    tiny model;
    handle<gto_features> features;
    handle<gto_session> session{nullptr, gto_session_free};
    handle<gto_draft> draft{nullptr, gto_draft_free};
    handle<gto_draft_session> drafts{nullptr, gto_draft_session_free};
    int32_t position = 0;
};

} // namespace gto_test
