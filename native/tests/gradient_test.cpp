// Gradients of the training-time test against central finite differences, and what must follow from them.
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace gto_test;

namespace {

#define EXPECT_OK(call) EXPECT_EQ(call, GTO_OK) << gto_last_error()
#define ASSERT_OK(call) ASSERT_EQ(call, GTO_OK) << gto_last_error()

class gradients : public testing::Test {
  protected:
    gradients() = default;
    explicit gradients(const published_net & net) : tiny(net) {}

    void SetUp() override {
        gto_trainer_options options = gto_trainer_options_default();
        options.chunk_rows = 16;
        ASSERT_OK(gto_trainer_open(tiny.target, tiny.draft, options, &trainer));
    }
    void TearDown() override { gto_trainer_free(trainer); }

    double objective(const gto_batch & batch) {
        gto_batch_result result;
        EXPECT_OK(gto_trainer_evaluate(trainer, batch, &result));
        return result.objective;
    }

    std::vector<float> gradient(int32_t tensor) const {
        std::vector<float> values(gto_draft_tensor_size(tiny.draft, tensor));
        EXPECT_OK(gto_trainer_gradient(trainer, tensor, values.data()));
        return values;
    }

    std::vector<std::vector<float>> all_gradients() const {
        std::vector<std::vector<float>> all;
        for (int32_t i = 0; i < gto_draft_tensor_count(tiny.draft); i++) all.push_back(gradient(i));
        return all;
    }

    using objective_function = std::function<double()>;

    // Along the direction of a tensor's own gradient g, restricted to a random half of its entries, the objective must
    // change at the rate |masked gradient|^2: every entry counts, and float noise doesn't drown small ones.
    void check_tensor(int32_t tensor, const std::vector<float> & g, const objective_function & value_now,
                      std::mt19937 & engine) {
        const std::vector<float> w = tiny.get(tensor);
        const std::string name = gto_draft_tensor_name(tiny.draft, tensor);
        for (int sample = 0; sample < 4; sample++) {
            std::vector<float> direction(g.size());
            double norm = 0;
            for (size_t i = 0; i < g.size(); i++) {
                direction[i] = engine() % 2 ? g[i] : 0.0f;
                norm += (double) direction[i] * direction[i];
            }
            norm = std::sqrt(norm);
            ASSERT_GT(norm, 0) << name;
            std::vector<float> moved(w.size());
            double value[2];
            for (int side = 0; side < 2; side++) {
                for (size_t i = 0; i < w.size(); i++) {
                    moved[i] = (float) (w[i] + (side ? -step : step) * direction[i] / norm);
                }
                tiny.set(tensor, moved);
                value[side] = value_now();
            }
            tiny.set(tensor, w);
            EXPECT_NEAR((value[0] - value[1]) / (2 * step) / norm, 1.0, 1e-2) << name;
        }
    }

    // Single entries, the largest of a random sample.
    void check_entries(int32_t tensor, const std::vector<float> & g, const objective_function & value_now,
                       std::mt19937 & engine) {
        const std::vector<float> w = tiny.get(tensor);
        double largest = 0;
        for (float x : g) largest = std::max(largest, (double) std::fabs(x));
        int checked = 0;
        for (int attempt = 0; attempt < 4000 && checked < 6; attempt++) {
            const size_t i = engine() % g.size();
            if (std::fabs(g[i]) < 0.2 * largest) continue;
            checked++;
            const float step = 1e-2f;
            std::vector<float> moved = w;
            double value[2];
            for (int side = 0; side < 2; side++) {
                moved[i] = side ? w[i] - step : w[i] + step;
                tiny.set(tensor, moved);
                value[side] = value_now();
            }
            tiny.set(tensor, w);
            EXPECT_NEAR((value[0] - value[1]) / (2.0 * step), g[i], 1e-2 * largest)
                << gto_draft_tensor_name(tiny.draft, tensor) << "[" << i << "]";
        }
        EXPECT_GT(checked, 0);
    }

    // One a token and pass.
    static std::vector<float> policy_weights(const random_text & text, size_t n_passes, uint32_t seed) {
        std::mt19937 engine(seed);
        std::normal_distribution<float> normal;
        std::vector<float> weights;
        for (size_t i = 0; i < text.tokens.size() * n_passes; i++) weights.push_back(0.1f * normal(engine));
        return weights;
    }

    void check_all(const gto_batch & batch) {
        gto_batch_result result;
        ASSERT_OK(gto_trainer_accumulate(trainer, batch, &result));
        EXPECT_NEAR(result.objective, objective(batch), 1e-5 * std::fabs(result.objective));
        check_against(all_gradients(), [&] { return objective(batch); });
    }

    void check_against(const std::vector<std::vector<float>> & found, const objective_function & value_now) {
        std::mt19937 engine(7);
        for (int32_t i = 0; i < (int32_t) found.size(); i++) {
            check_tensor(i, found[i], value_now, engine);
            check_entries(i, found[i], value_now, engine);
        }
    }

    void expect_near(const std::vector<std::vector<float>> & a, const std::vector<std::vector<float>> & b) const {
        for (size_t i = 0; i < a.size(); i++) {
            double difference = 0, norm = 0;
            for (size_t k = 0; k < a[i].size(); k++) {
                difference += std::pow((double) a[i][k] - b[i][k], 2);
                norm += std::pow((double) a[i][k], 2);
            }
            EXPECT_GT(norm, 0) << gto_draft_tensor_name(tiny.draft, (int32_t) i);
            EXPECT_LT(std::sqrt(difference / norm), 1e-5) << gto_draft_tensor_name(tiny.draft, (int32_t) i);
        }
    }

    // Random trees below rows of a text: several children, several paths, some tokens outside the draft vocabulary.
    struct random_trees {
        std::vector<int32_t> rows{3, 4, 9, 20}, begins{0}, parents, tokens;
        std::vector<float> weights;

        random_trees(const tiny_draft & tiny, uint32_t seed) {
            std::mt19937 engine(seed);
            std::normal_distribution<float> normal;
            for (const int32_t nodes : {14, 1, 9, 20}) {
                std::vector<int32_t> depth;
                for (int32_t i = 0; i < nodes; i++) {
                    int32_t parent = (int32_t) (engine() % (i + 1)) - 1;
                    while (parent >= 0 && depth[parent] == 5) parent--;
                    depth.push_back(parent < 0 ? 1 : depth[parent] + 1);
                    parents.push_back(parent);
                    tokens.push_back(engine() % 7 == 0 ? (int32_t) (engine() % tiny.info.n_vocab)
                                                       : tiny.vocabulary[engine() % tiny.vocabulary.size()]);
                    weights.push_back(0.3f * normal(engine));
                }
                begins.push_back((int32_t) parents.size());
            }
        }

        std::vector<float> accumulate(gto_trainer * trainer, const random_text & text) const {
            std::vector<float> log_probs(tokens.size());
            EXPECT_OK(gto_trainer_accumulate_trees(trainer, text.features[0], text.lengths[0], text.tokens.data(),
                                                   (int32_t) rows.size(), rows.data(), begins.data(), parents.data(),
                                                   tokens.data(), weights.data(), log_probs.data()));
            return log_probs;
        }

        // - sum of weight * log M
        double objective(const std::vector<float> & log_probs) const {
            double sum = 0;
            for (size_t i = 0; i < tokens.size(); i++) {
                if (std::isfinite(log_probs[i])) sum -= (double) weights[i] * log_probs[i];
            }
            return sum;
        }
    };

    void check_trees(const random_text & text, const random_trees & trees) {
        trees.accumulate(trainer, text);
        const auto found = all_gradients();
        check_against(found, [&] { return trees.objective(trees.accumulate(trainer, text)); });
    }

    // One path a node, with a weight on its last token alone, and all of them added up.
    void check_trees_against_paths(const random_text & text, const random_trees & trees) {
        const std::vector<float> log_probs = trees.accumulate(trainer, text);
        const auto together = all_gradients();
        ASSERT_OK(gto_trainer_zero(trainer));
        int outside = 0;
        for (size_t t = 0; t < trees.rows.size(); t++) {
            for (int32_t node = trees.begins[t]; node < trees.begins[t + 1]; node++) {
                std::vector<int32_t> path;
                for (int32_t up = node - trees.begins[t]; up >= 0; up = trees.parents[trees.begins[t] + up]) {
                    path.insert(path.begin(), trees.tokens[trees.begins[t] + up]);
                }
                const int32_t begins[] = {0, (int32_t) path.size()};
                std::vector<float> weights(path.size(), 0.0f), of_path(path.size());
                weights.back() = trees.weights[node];
                ASSERT_OK(gto_trainer_accumulate_paths(trainer, text.features[0], text.lengths[0], text.tokens.data(),
                                                       1, &trees.rows[t], begins, path.data(), weights.data(),
                                                       of_path.data()));
                if (std::isinf(log_probs[node])) {
                    outside++;
                    EXPECT_EQ(of_path.back(), log_probs[node]);
                } else {
                    EXPECT_NEAR(of_path.back(), log_probs[node], 1e-4);
                }
            }
        }
        EXPECT_GT(outside, 0);
        expect_near(together, all_gradients());
    }

    tiny_draft tiny;
    gto_trainer * trainer = nullptr;
    double step = 4e-3; // along a whole direction
};

TEST_F(gradients, of_one_pass) {
    const random_text text(tiny, {19, 9}, 4, 1);
    check_all(text.batch(1, 0));
}

TEST_F(gradients, of_four_passes_over_two_sequences) {
    const random_text text(tiny, {21, 12}, 3, 2);
    check_all(text.batch(4, 0));
}

TEST_F(gradients, of_long_rows_over_several_attention_tiles) {
    const random_text text(tiny, {150}, 70, 3);
    check_all(text.batch(2, 0));
}

TEST_F(gradients, of_the_policy_term) {
    const random_text text(tiny, {24, 10}, 3, 4);
    gto_batch batch = text.batch(3, 0);
    const std::vector<float> weights = policy_weights(text, 3, 3);
    batch.policy_weight = weights.data();
    check_all(batch);
    batch.token_weight = 0;
    ASSERT_OK(gto_trainer_zero(trainer));
    check_all(batch);
}

TEST_F(gradients, of_hard_labels_and_weights_that_fall_with_misses) {
    const random_text text(tiny, {24, 17}, 3, 14);
    gto_batch batch = text.batch(4, 0);
    const std::vector<float> weights = policy_weights(text, 4, 15);
    batch.policy_weight = weights.data();
    const double plain = objective(batch);
    batch.miss_decay = 0.5f;
    const double decayed = objective(batch);
    EXPECT_LT(decayed, plain - 0.1);
    batch.hard_label_share = 0.4f;
    EXPECT_GT(std::fabs(objective(batch) - decayed), 1e-2);
    check_all(batch);
}

// Also through the target's head rows, which have no gradient of their own.
TEST_F(gradients, of_a_context_vocabulary) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0.5f, 0.75f));
    random_text text(tiny, {26, 15}, 2, 5);
    for (size_t i = 0; i < text.tokens.size(); i++) {
        if (i % 3 == 0) text.tokens[i] = text.argmax[i] = 1 + (int32_t) (i % 2); // not of the draft vocabulary
    }
    gto_batch batch = text.batch(3, 0);
    const std::vector<float> weights = policy_weights(text, 3, 6);
    batch.policy_weight = weights.data();
    gto_batch_result without, with;
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, false, 0, 0));
    ASSERT_OK(gto_trainer_evaluate(trainer, batch, &without));
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0.5f, 0.75f));
    ASSERT_OK(gto_trainer_evaluate(trainer, batch, &with));
    EXPECT_GT(with.unmasked[0], without.unmasked[0]);
    check_all(batch);
}

class gradients_of_published_nets : public gradients, public testing::WithParamInterface<published_net> {
  protected:
    gradients_of_published_nets() : gradients(GetParam()) { step = 2e-3; } // biases make the objective more curved
};

TEST_P(gradients_of_published_nets, of_three_passes_with_the_policy_term) {
    const random_text text(tiny, {23, 11}, 3, 12);
    gto_batch batch = text.batch(3, 0);
    const std::vector<float> weights = policy_weights(text, 3, 13);
    batch.policy_weight = weights.data();
    check_all(batch);
}

TEST_P(gradients_of_published_nets, of_trees_equal_those_of_their_paths) {
    const random_text text(tiny, {26}, 2, 7);
    check_trees_against_paths(text, random_trees(tiny, 6));
}

INSTANTIATE_TEST_SUITE_P(nets, gradients_of_published_nets, testing::ValuesIn(published_nets()),
                         testing::PrintToStringParamName());

// Rows that left must not matter: with the rank rule frozen by a copy of the weights the gradient is that of the
// remaining pairs.
TEST_F(gradients, with_rows_that_leave) {
    const random_text text(tiny, {40}, 3, 5);
    gto_batch_result all, kept;
    ASSERT_OK(gto_trainer_evaluate(trainer, text.batch(4, 0), &all));
    ASSERT_OK(gto_trainer_evaluate(trainer, text.batch(4, 10), &kept));
    EXPECT_EQ(all.pairs[0], kept.pairs[0]);
    EXPECT_NEAR(all.loss[0], kept.loss[0], 1e-4 * all.loss[0]);
    for (int step = 1; step < 4; step++) {
        EXPECT_EQ(kept.pairs[step], std::min(kept.kept[step - 1], kept.pairs[step])) << step;
    }
    EXPECT_LT(kept.pairs[1], all.pairs[1]);
    EXPECT_GT(kept.pairs[1], 0);
}

// A policy gradient through the logits of the training-time test is the gradient of the same loss along explicitly
// walked paths.
TEST_F(gradients, of_the_policy_term_equal_those_of_walked_paths) {
    const random_text text(tiny, {30}, 2, 6);
    const int32_t n_passes = 4, length = text.lengths[0];
    std::vector<float> weights((size_t) length * n_passes, 0.0f), path_weights;
    std::vector<int32_t> rows, begins{0}, path;
    std::mt19937 engine(5);
    for (int32_t t = 2; t + 3 < length; t += 2) {
        const int32_t accepted = 1 + (int32_t) (engine() % n_passes);
        rows.push_back(t);
        for (int32_t j = 0; j < accepted && t + 2 + j < length; j++) {
            const float w = 0.01f * (float) (engine() % 100) - 0.4f;
            weights[(size_t) t * n_passes + j] = w;
            path_weights.push_back(w);
            path.push_back(text.tokens[t + 2 + j]);
        }
        begins.push_back((int32_t) path.size());
    }
    gto_batch batch = text.batch(n_passes, 0);
    batch.token_weight = 0;
    batch.policy_weight = weights.data();
    gto_batch_result result;
    ASSERT_OK(gto_trainer_accumulate(trainer, batch, &result));
    const auto through_logits = all_gradients();
    ASSERT_OK(gto_trainer_zero(trainer));
    std::vector<float> log_probs(path.size());
    ASSERT_OK(gto_trainer_accumulate_paths(trainer, text.features[0], length, text.tokens.data(), (int32_t) rows.size(),
                                           rows.data(), begins.data(), path.data(), path_weights.data(),
                                           log_probs.data()));
    const auto walked = all_gradients();
    expect_near(walked, through_logits);
    double policy = 0;
    for (size_t i = 0; i < path.size(); i++) {
        policy += std::isfinite(log_probs[i]) ? path_weights[i] * log_probs[i] : 0.0;
    }
    double summed = 0;
    for (double p : result.policy) summed += p;
    EXPECT_NEAR(policy, summed, 1e-4 * std::fabs(summed));
}

TEST_F(gradients, of_trees) {
    const random_text text(tiny, {26}, 2, 7);
    check_trees(text, random_trees(tiny, 3));
}

TEST_F(gradients, of_trees_with_a_context_vocabulary) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0.5f, 0.75f));
    random_text text(tiny, {26}, 2, 7);
    for (size_t i = 0; i < text.tokens.size(); i += 3) text.tokens[i] = 1 + (int32_t) (i % 2); // not the draft's own
    random_trees trees(tiny, 4);
    for (size_t i = 0; i < trees.tokens.size(); i += 4) trees.tokens[i] = 1 + (int32_t) (i % 2);
    check_trees(text, trees);
}

TEST_F(gradients, of_trees_equal_those_of_their_paths) {
    const random_text text(tiny, {26}, 2, 7);
    check_trees_against_paths(text, random_trees(tiny, 5));
}

// Gradients add up over micro-batches, and several sequences in one batch are independent of each other.
TEST_F(gradients, add_up) {
    const random_text both(tiny, {14, 17}, 3, 8);
    gto_batch batch = both.batch(3, 0);
    gto_batch_result result;
    ASSERT_OK(gto_trainer_accumulate(trainer, batch, &result));
    const auto together = all_gradients();
    const double n = result.unmasked[0];
    ASSERT_OK(gto_trainer_zero(trainer));
    for (int32_t s = 0, offset = 0; s < 2; offset += both.lengths[s], s++) {
        gto_batch one = both.batch(3, 0);
        one.n_sequences = 1;
        one.features = &both.features[s];
        one.lengths = &both.lengths[s];
        one.tokens = &both.tokens[offset];
        one.loss_mask = &both.mask[offset];
        one.argmax = &both.argmax[offset];
        ASSERT_OK(gto_trainer_evaluate(trainer, one, &result));
        one.token_weight = (float) (result.unmasked[0] / n);
        ASSERT_OK(gto_trainer_accumulate(trainer, one, &result));
    }
    expect_near(together, all_gradients());
}

} // namespace
