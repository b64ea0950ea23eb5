// The token loss is the cross-entropy against what the target itself says, whatever its architecture does after the
// head.
#include "gto4j/trainer.h"
#include "support/oracle.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace gto_test;

namespace {

std::vector<double> softmax(const std::vector<float> & z) {
    const float top = *std::max_element(z.begin(), z.end());
    std::vector<double> p(z.begin(), z.end());
    double sum = 0;
    for (double & x : p) sum += x = std::exp(x - top);
    for (double & x : p) x /= sum;
    return p;
}

// Loss of a random draft on a text, by the trainer and from the logits of the target and of the draft.
void check_loss(const tiny_options & options) {
    const tiny model(options);
    std::vector<int32_t> tokens, vocabulary;
    for (int32_t i = 0; i < 24; i++) tokens.push_back((i * 37 + 11) % model.n_vocab());
    for (int32_t id = 0; id < model.n_vocab(); id += 2) vocabulary.push_back(id);
    gto_session_options session_options = exact_options();
    gto_draft_config config = {(int32_t) vocabulary.size(), {}, GTO_INIT_RANDOM, 5};
    gto_target_default_taps(model.target.get(), config.tap_layers);
    std::copy(config.tap_layers, config.tap_layers + 3, session_options.tap_layers);
    const reading said = read_one_by_one(model, tokens, session_options);
    auto features = new_features(model.n_embd());
    for (const auto & row : said.features) ASSERT_OK(gto_features_append(features.get(), 1, row.data()));

    gto_draft * draft = nullptr;
    ASSERT_OK(gto_draft_create(model.target.get(), config, vocabulary.data(), &draft));
    const handle<gto_draft> draft_owner(draft, gto_draft_free);
    gto_trainer * trainer = nullptr;
    ASSERT_OK(gto_trainer_open(model.target.get(), draft, gto_trainer_options_default(), &trainer));
    const handle<gto_trainer> trainer_owner(trainer, gto_trainer_free);
    gto_draft_session * session = nullptr;
    ASSERT_OK(gto_draft_session_open(draft, 64, 4, GTO_TYPE_F32, &session));
    const handle<gto_draft_session> session_owner(session, gto_draft_session_free);

    const int32_t length = (int32_t) tokens.size();
    const std::vector<int8_t> mask(length, 1);
    const gto_features * rows = features.get();
    gto_batch batch = {};
    batch.n_sequences = 1;
    batch.features = &rows;
    batch.lengths = &length;
    batch.tokens = tokens.data();
    batch.loss_mask = mask.data();
    batch.argmax = said.argmax.data();
    batch.n_passes = 1;
    batch.step_decay = batch.token_weight = batch.miss_decay = 1.0f;
    gto_batch_result result;
    ASSERT_OK(gto_trainer_evaluate(trainer, batch, &result));

    ASSERT_OK(gto_draft_session_extend(session, features.get(), 0, length - 1, tokens.data() + 1, 0));
    double expected = 0;
    int32_t pairs = 0;
    for (int32_t t = 0; t + 2 < length; t++) {
        if (said.argmax[t + 1] % 2 != 0) continue; // masked: outside the draft vocabulary
        std::vector<float> target(vocabulary.size()), own(vocabulary.size());
        for (size_t i = 0; i < vocabulary.size(); i++) target[i] = said.logits[t + 1][vocabulary[i]];
        ASSERT_OK(gto_draft_session_logits(session, t, own.data()));
        const std::vector<double> p = softmax(target), q = softmax(own);
        for (size_t i = 0; i < p.size(); i++) expected -= p[i] * std::log(q[i]);
        pairs++;
    }
    ASSERT_GT(pairs, 0);
    EXPECT_EQ(result.unmasked[0], pairs);
    EXPECT_NEAR(result.loss[0] / pairs, expected / pairs, 1e-4);
}

TEST(target_distribution, of_a_plain_head) { check_loss({}); }

// The embedding, which gemma3 scales on the way in only.
TEST(target_distribution, of_a_tied_head) {
    tiny_options options = options_of("gemma3");
    options.tied = true;
    check_loss(options);
}

TEST(target_distribution, of_soft_capped_logits) {
    tiny_options options;
    options.arch = "gemma3";
    options.soft_cap = 2.0f;
    check_loss(options);
}

} // namespace
