// Draft files, trees grown by a draft session, trainer state, bad input.
#include "device/product_unit.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace gto_test;

namespace {

#define ASSERT_OK(call) ASSERT_EQ(call, GTO_OK) << gto_last_error()

std::string temporary(const char * name) {
    return std::filesystem::temp_directory_path() / ("gto4j-draft-test-" + std::to_string(::getpid()) + "-" + name);
}

struct draft_session {
    draft_session(gto_draft * draft, int32_t n_ctx, int32_t nodes, int32_t type = GTO_TYPE_F32) {
        EXPECT_EQ(gto_draft_session_open(draft, n_ctx, nodes, type, &handle), GTO_OK) << gto_last_error();
    }
    ~draft_session() { gto_draft_session_free(handle); }
    operator gto_draft_session *() const { return handle; }
    gto_draft_session * handle = nullptr;
};

std::vector<float> logits(gto_draft_session * session, int32_t row_or_node, size_t n) {
    std::vector<float> z(n);
    EXPECT_EQ(gto_draft_session_logits(session, row_or_node, z.data()), GTO_OK) << gto_last_error();
    return z;
}

double distance(const std::vector<float> & a, const std::vector<float> & b) {
    double worst = 0;
    for (size_t i = 0; i < a.size(); i++) worst = std::max(worst, (double) std::fabs(a[i] - b[i]));
    return worst;
}

TEST(draft, saved_and_loaded_computes_the_same) {
    tiny_draft tiny;
    const random_text text(tiny, {20}, 2, 1);
    ASSERT_OK(gto_draft_fit_scale(tiny.draft, text.features[0]));
    const std::string path = temporary("save.gguf");
    ASSERT_OK(gto_draft_save(tiny.draft, path.c_str(), "F32"));
    gto_draft * loaded;
    ASSERT_OK(gto_draft_load(tiny.target, path.c_str(), &loaded));
    draft_session a(tiny.draft, 32, 4), b(loaded, 32, 4);
    for (gto_draft_session * s : {a.handle, b.handle}) {
        ASSERT_OK(gto_draft_session_extend(s, text.features[0], 0, 19, text.tokens.data() + 1, 18));
    }
    EXPECT_LT(distance(logits(a, 18, tiny.vocabulary.size()), logits(b, 18, tiny.vocabulary.size())), 1e-4);
    gto_draft_free(loaded);
    std::filesystem::remove(path);
}

class published_file : public testing::TestWithParam<published_net> {};

// Weights, embedding and net come back as they were, and so do the logits of sessions of all types.
TEST_P(published_file, holds_what_was_saved) {
    tiny_draft tiny(GetParam());
    const random_text text(tiny, {20}, 2, 1);
    const std::string path = temporary("published.gguf");
    ASSERT_OK(gto_draft_save(tiny.draft, path.c_str(), "F32"));
    gto_draft * loaded;
    ASSERT_OK(gto_draft_load(tiny.target, path.c_str(), &loaded));
    const gto_draft_net a = gto_draft_net_of(tiny.draft), b = gto_draft_net_of(loaded);
    EXPECT_EQ(a.n_embd, b.n_embd);
    EXPECT_EQ(a.parts, b.parts);
    EXPECT_EQ(a.embedding_type, b.embedding_type);
    EXPECT_EQ(a.n_ctx_train, b.n_ctx_train);
    EXPECT_EQ(a.rope.kind, b.rope.kind);
    if (a.rope.kind != GTO_ROPE_PLAIN) {
        EXPECT_EQ(a.rope.factor, b.rope.factor);
    }
    ASSERT_EQ(gto_draft_tensor_count(tiny.draft), gto_draft_tensor_count(loaded));
    for (int32_t i = 0; i < gto_draft_tensor_count(loaded); i++) {
        std::vector<float> values(gto_draft_tensor_size(loaded, i));
        ASSERT_OK(gto_draft_get_tensor(loaded, i, values.data()));
        EXPECT_EQ(values, tiny.get(i)) << gto_draft_tensor_name(loaded, i);
    }
    for (const int32_t type : {GTO_TYPE_F32, GTO_TYPE_F16, GTO_TYPE_Q8_0, GTO_TYPE_Q4_0}) {
        draft_session first(tiny.draft, 32, 4, type), second(loaded, 32, 4, type);
        for (gto_draft_session * s : {first.handle, second.handle}) {
            ASSERT_OK(gto_draft_session_extend(s, text.features[0], 0, 19, text.tokens.data() + 1, 18));
        }
        EXPECT_EQ(logits(first, 18, tiny.vocabulary.size()), logits(second, 18, tiny.vocabulary.size()));
    }
    gto_draft_free(loaded);
    std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(nets, published_file, testing::ValuesIn(published_nets()), testing::PrintToStringParamName());

TEST(draft, a_net_is_checked_field_by_field) {
    const tiny_draft tiny;
    const gto_draft_net good = gto_draft_net_of(tiny.draft);
    const auto refused = [&](const char * word, const std::function<void(gto_draft_net &)> & change) {
        gto_draft_net net = good;
        change(net);
        gto_draft * draft = nullptr;
        EXPECT_EQ(gto_draft_create_net(tiny.target, net, tiny.vocabulary.data(), &draft), GTO_E_ARGUMENT) << word;
        EXPECT_NE(std::string(gto_last_error()).find(word), std::string::npos) << gto_last_error();
        gto_draft_free(draft);
    };
    refused("n_embd", [](gto_draft_net & net) { net.n_embd = 0; });
    refused("the embedding", [](gto_draft_net & net) { net.n_embd = 48; });
    refused("the head", [](gto_draft_net & net) { net.n_embd = 48, net.embedding_type = 0, net.has_target_head = 1; });
    refused("n_head_kv", [](gto_draft_net & net) { net.n_head_kv = 3; });
    refused("head_dim", [](gto_draft_net & net) { net.head_dim = 7; });
    refused("parts", [](gto_draft_net & net) { net.parts = 32; });
    refused("embedding_type", [](gto_draft_net & net) { net.embedding_type = GTO_TYPE_Q8_0; });
    refused("tap_layers", [](gto_draft_net & net) { net.tap_layers[1] = 6; });
    refused("rope_base", [](gto_draft_net & net) { net.rope_base = NAN; });
    refused("rms_eps", [](gto_draft_net & net) { net.rms_eps = -1; });
    refused("kind", [](gto_draft_net & net) { net.rope.kind = 4; });
    refused("factor", [](gto_draft_net & net) { net.rope = {GTO_ROPE_LINEAR, 0, 0, 0, 0, 0, 0, 0}; });
    refused("original_context", [](gto_draft_net & net) { net.rope = {GTO_ROPE_YARN, 2, 1, 32, 1, 0, 0, 0}; });
    refused("high_frequency", [](gto_draft_net & net) { net.rope = {GTO_ROPE_LLAMA3, 8, 0, 0, 0, 4, 1, 64}; });

    float value = 0;
    EXPECT_EQ(gto_draft_set_embedding(tiny.draft, 0, 1, &value), GTO_E_ARGUMENT) << "it uses the target's";
    EXPECT_EQ(gto_draft_get_embedding(tiny.draft, -1, 1, &value), GTO_E_ARGUMENT);
    published_net net = {"own", 0, 0, 4, 2, 8, 64, GTO_TYPE_F16};
    const tiny_draft own(net);
    value = 1e6f;
    EXPECT_EQ(gto_draft_set_embedding(own.draft, 3, 1, &value), GTO_E_NUMERIC);
    EXPECT_NE(std::string(gto_last_error()).find("embedding[3]"), std::string::npos) << gto_last_error();
}

// Without a head of its own the target's is taken, as stock llama.cpp does.
TEST(draft, begins_with_the_targets_head) {
    const tiny_draft tiny(1, 1, GTO_INIT_TARGET);
    gto_draft_net net = gto_draft_net_of(tiny.draft);
    net.has_target_head = 1;
    gto_draft * draft = nullptr;
    ASSERT_OK(gto_draft_create_net(tiny.target, net, tiny.vocabulary.data(), &draft));
    const int32_t head = 12;
    ASSERT_STREQ(gto_draft_tensor_name(draft, head), "output.weight");
    std::vector<float> values(gto_draft_tensor_size(draft, head));
    ASSERT_OK(gto_draft_get_tensor(draft, head, values.data()));
    EXPECT_EQ(values, tiny.get(head));
    gto_draft_free(draft);
}

TEST(draft, fitting_the_scale_keeps_the_function) {
    tiny_draft tiny;
    const random_text text(tiny, {20}, 2, 1);
    draft_session session(tiny.draft, 32, 4);
    ASSERT_OK(gto_draft_session_extend(session, text.features[0], 0, 19, text.tokens.data() + 1, 18));
    const std::vector<float> before = logits(session, 18, tiny.vocabulary.size());
    ASSERT_OK(gto_draft_fit_scale(tiny.draft, text.features[0]));
    ASSERT_OK(gto_draft_session_truncate(session, 0));
    ASSERT_OK(gto_draft_session_extend(session, text.features[0], 0, 19, text.tokens.data() + 1, 18));
    EXPECT_LT(distance(before, logits(session, 18, tiny.vocabulary.size())), 1e-4);
}

// A node's logits don't depend on which other nodes share its call, nor a trunk row's on how the trunk was cut into
// calls.
TEST(draft, trees_are_independent_of_batching) {
    tiny_draft tiny;
    const size_t vocab = tiny.vocabulary.size();
    const random_text text(tiny, {30}, 2, 1);
    draft_session whole(tiny.draft, 64, 32), pieces(tiny.draft, 64, 32);
    ASSERT_OK(gto_draft_session_extend(whole, text.features[0], 0, 29, text.tokens.data() + 1, 0));
    for (int32_t first = 0; first < 29; first += 7) {
        const int32_t n = std::min(7, 29 - first);
        ASSERT_OK(gto_draft_session_extend(pieces, text.features[0], first, n, text.tokens.data() + 1 + first, 0));
    }
    for (int32_t row : {0, 8, 28}) EXPECT_LT(distance(logits(whole, row, vocab), logits(pieces, row, vocab)), 1e-4);

    // two roots, three levels in one session; each path alone in the other
    const std::vector<int32_t> parents1 = {-1 - 28, -1 - 10}, tokens1 = {6, 9}, parents2 = {0, 0, 1},
                               tokens2 = {12, 15, 18}, parents3 = {3, 2}, tokens3 = {21, 24};
    int32_t children[16], first;
    float log_probs[16];
    ASSERT_OK(gto_draft_session_expand(whole, 2, parents1.data(), tokens1.data(), 2, children, log_probs, nullptr,
                                       nullptr, &first));
    ASSERT_OK(gto_draft_session_expand(whole, 3, parents2.data(), tokens2.data(), 2, children, log_probs, nullptr,
                                       nullptr, &first));
    EXPECT_EQ(first, 2);
    ASSERT_OK(gto_draft_session_expand(whole, 2, parents3.data(), tokens3.data(), 2, children, log_probs, nullptr,
                                       nullptr, &first));
    const auto alone = [&](int32_t root, const std::vector<int32_t> & path) {
        EXPECT_EQ(gto_draft_session_truncate(pieces, 29), GTO_OK);
        for (size_t i = 0; i < path.size(); i++) {
            const int32_t parent = i == 0 ? -1 - root : (int32_t) i - 1;
            EXPECT_EQ(gto_draft_session_expand(pieces, 1, &parent, &path[i], 2, children, log_probs, nullptr, nullptr,
                                               nullptr),
                      GTO_OK)
                << gto_last_error();
        }
        return logits(pieces, -(int32_t) path.size(), vocab);
    };
    EXPECT_LT(distance(logits(whole, -1 - 5, vocab), alone(28, {6, 15, 21})), 1e-4);
    EXPECT_LT(distance(logits(whole, -1 - 6, vocab), alone(28, {6, 12, 24})), 1e-4);
    EXPECT_LT(distance(logits(whole, -1 - 4, vocab), alone(10, {9, 18})), 1e-4);
}

TEST(draft, children_are_the_best_of_the_softmax) {
    tiny_draft tiny;
    const random_text text(tiny, {10}, 2, 1);
    draft_session session(tiny.draft, 16, 4);
    ASSERT_OK(gto_draft_session_extend(session, text.features[0], 0, 9, text.tokens.data() + 1, 8));
    const int32_t row = 8, k = 5, query = tiny.vocabulary[3];
    int32_t tokens[k];
    float log_probs[k], query_log_prob;
    ASSERT_OK(gto_draft_session_roots(session, 1, &row, k, tokens, log_probs, &query, &query_log_prob));
    const std::vector<float> z = logits(session, 8, tiny.vocabulary.size());
    double sum = 0;
    for (float x : z) sum += std::exp((double) x);
    std::vector<size_t> order(z.size());
    for (size_t i = 0; i < order.size(); i++) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return z[a] > z[b]; });
    for (int32_t i = 0; i < k; i++) {
        EXPECT_EQ(tokens[i], tiny.vocabulary[order[i]]);
        EXPECT_NEAR(log_probs[i], z[order[i]] - std::log(sum), 1e-4);
    }
    EXPECT_NEAR(query_log_prob, z[3] - std::log(sum), 1e-4);
    const int32_t unknown = 1;
    ASSERT_OK(gto_draft_session_roots(session, 1, &row, k, tokens, log_probs, &unknown, &query_log_prob));
    EXPECT_TRUE(std::isinf(query_log_prob));
}

// Decoding may round the weights: nearly the same logits, and later updates of the weights don't reach such a session.
class rounding : public testing::TestWithParam<int32_t> {};
INSTANTIATE_TEST_SUITE_P(types, rounding, testing::Values(GTO_TYPE_F16, GTO_TYPE_Q8_0, GTO_TYPE_Q4_0));
TEST_P(rounding, is_of_a_copy) {
    tiny_draft tiny;
    const random_text text(tiny, {20}, 2, 1);
    draft_session whole(tiny.draft, 32, 4), half(tiny.draft, 32, 4, GetParam());
    const auto row_logits = [&](gto_draft_session * session) {
        EXPECT_EQ(gto_draft_session_truncate(session, 0), GTO_OK);
        EXPECT_EQ(gto_draft_session_extend(session, text.features[0], 0, 19, text.tokens.data() + 1, 18), GTO_OK)
            << gto_last_error();
        return logits(session, 18, tiny.vocabulary.size());
    };
    const std::vector<float> exact = row_logits(whole), rounded = row_logits(half);
    double size = 0;
    for (float z : exact) size = std::max(size, (double) std::fabs(z));
    EXPECT_GT(distance(exact, rounded), 0);
    EXPECT_LT(distance(exact, rounded), (GetParam() == GTO_TYPE_Q4_0 ? 0.2 : 0.02) * size);
    std::vector<float> head = tiny.get(gto_draft_tensor_count(tiny.draft) - 1);
    for (float & w : head) w *= 2;
    tiny.set(gto_draft_tensor_count(tiny.draft) - 1, head);
    EXPECT_EQ(rounded, row_logits(half));
    EXPECT_GT(distance(exact, row_logits(whole)), 0.1 * size);
    gto_draft_session * none = nullptr;
    EXPECT_EQ(gto_draft_session_open(tiny.draft, 8, 2, 7, &none), GTO_E_ARGUMENT);
}

// Products in BF16 read the weights as they are when the trunk grows: a trainer's updates reach them.
TEST(draft, bf16_products_follow_the_weights) {
    tiny_draft tiny;
    const random_text text(tiny, {20}, 2, 1);
    draft_session whole(tiny.draft, 32, 4), half(tiny.draft, 32, 4, GTO_TYPE_BF16);
    const auto node_logits = [&](gto_draft_session * session) {
        EXPECT_EQ(gto_draft_session_truncate(session, 0), GTO_OK);
        EXPECT_EQ(gto_draft_session_extend(session, text.features[0], 0, 19, text.tokens.data() + 1, 18), GTO_OK)
            << gto_last_error();
        const int32_t parent = -1 - 18, token = text.tokens[19];
        int32_t child;
        float log_prob;
        EXPECT_EQ(
            gto_draft_session_expand(session, 1, &parent, &token, 1, &child, &log_prob, nullptr, nullptr, nullptr),
            GTO_OK)
            << gto_last_error();
        return logits(session, -1, tiny.vocabulary.size());
    };
    for (float factor : {1.0f, 2.0f}) {
        std::vector<float> head = tiny.get(gto_draft_tensor_count(tiny.draft) - 1);
        for (float & w : head) w *= factor;
        tiny.set(gto_draft_tensor_count(tiny.draft) - 1, head);
        const std::vector<float> exact = node_logits(whole), rounded = node_logits(half);
        double size = 0;
        for (float z : exact) size = std::max(size, (double) std::fabs(z));
        EXPECT_LT(distance(exact, rounded), 0.02 * size);
        if (gto::tile_unit()) {
            EXPECT_GT(distance(exact, rounded), 0);
        }
    }
}

struct training {
    explicit training(tiny_draft & tiny) : text(tiny, {24, 18}, 3, 4) {
        EXPECT_EQ(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &trainer), GTO_OK);
    }
    ~training() { gto_trainer_free(trainer); }
    void steps(int n) {
        for (int i = 0; i < n; i++) {
            gto_batch_result result;
            EXPECT_EQ(gto_trainer_accumulate(trainer, text.batch(3, 10), &result), GTO_OK) << gto_last_error();
            EXPECT_EQ(gto_trainer_step(trainer, 1e-2f, 0.5f, nullptr), GTO_OK) << gto_last_error();
        }
    }
    random_text text;
    gto_trainer * trainer = nullptr;
};

TEST(trainer, resumed_run_is_the_unbroken_run_bit_for_bit) {
    const std::string path = temporary("state.bin");
    tiny_draft unbroken(2), broken(2), resumed(2, 1);
    training a(unbroken), b(broken), c(resumed);
    a.steps(9);
    b.steps(4);
    ASSERT_OK(gto_trainer_save_state(b.trainer, path.c_str()));
    ASSERT_OK(gto_trainer_load_state(c.trainer, path.c_str()));
    EXPECT_EQ(gto_trainer_steps(c.trainer), 4);
    c.steps(5);
    for (int32_t i = 0; i < gto_draft_tensor_count(unbroken.draft); i++) {
        EXPECT_EQ(unbroken.get(i), resumed.get(i)) << gto_draft_tensor_name(unbroken.draft, i);
    }
    std::filesystem::remove(path);
}

TEST(trainer, lowers_the_loss) {
    tiny_draft tiny;
    training t(tiny);
    gto_batch_result before, after;
    ASSERT_OK(gto_trainer_evaluate(t.trainer, t.text.batch(3, 0), &before));
    t.steps(60);
    ASSERT_OK(gto_trainer_evaluate(t.trainer, t.text.batch(3, 0), &after));
    EXPECT_LT(after.objective, before.objective);
    EXPECT_LT(after.loss[0], 0.9 * before.loss[0]);
}

TEST(trainer, a_damaged_state_changes_nothing) {
    const std::string path = temporary("damaged.bin");
    tiny_draft tiny;
    training t(tiny);
    t.steps(1);
    ASSERT_OK(gto_trainer_save_state(t.trainer, path.c_str()));
    const std::vector<float> before = tiny.get(0);
    const auto size = std::filesystem::file_size(path);
    {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp((std::streamoff) size / 2);
        file.put('x');
    }
    EXPECT_EQ(gto_trainer_load_state(t.trainer, path.c_str()), GTO_E_IO);
    std::filesystem::resize_file(path, size / 3);
    EXPECT_EQ(gto_trainer_load_state(t.trainer, path.c_str()), GTO_E_IO);
    EXPECT_EQ(before, tiny.get(0));
    EXPECT_EQ(gto_trainer_load_state(t.trainer, temporary("absent").c_str()), GTO_E_IO);
    std::filesystem::remove(path);
}

TEST(trainer, refuses_what_is_not_finite) {
    tiny_draft tiny;
    training t(tiny);
    std::vector<float> norm = tiny.get(1);
    norm[0] = NAN;
    tiny.set(1, norm);
    gto_batch_result result;
    EXPECT_EQ(gto_trainer_accumulate(t.trainer, t.text.batch(2, 0), &result), GTO_E_NUMERIC);
}

TEST(draft, bad_input_is_named) {
    tiny_draft tiny;
    const random_text text(tiny, {10}, 2, 1);
    gto_draft * out = nullptr;
    EXPECT_EQ(gto_draft_load(tiny.target, temporary("absent.gguf").c_str(), &out), GTO_E_IO);
    EXPECT_EQ(gto_draft_load(tiny.target, tiny.target_path.c_str(), &out), GTO_E_FORMAT);
    EXPECT_NE(std::string(gto_last_error()).find("eagle3"), std::string::npos) << gto_last_error();
    EXPECT_EQ(gto_draft_save(tiny.draft, "/nonexistent-folder/draft.gguf", "F32"), GTO_E_IO);
    EXPECT_EQ(gto_draft_save(tiny.draft, temporary("x").c_str(), "F8"), GTO_E_ARGUMENT);

    draft_session session(tiny.draft, 8, 2);
    EXPECT_EQ(gto_draft_session_extend(session, text.features[0], 0, 9, text.tokens.data() + 1, 0), GTO_E_CONTEXT);
    EXPECT_EQ(gto_draft_session_extend(session, text.features[0], 5, 9, text.tokens.data() + 1, 0), GTO_E_ARGUMENT);
    const int32_t bad_token = tiny.info.n_vocab, row = 3;
    EXPECT_EQ(gto_draft_session_extend(session, text.features[0], 0, 1, &bad_token, 0), GTO_E_ARGUMENT);
    int32_t tokens[4], parents[] = {-1, -1, -1}, ids[] = {3, 6, 9};
    float log_probs[4];
    EXPECT_EQ(gto_draft_session_roots(session, 1, &row, 1, tokens, log_probs, nullptr, nullptr), GTO_E_ARGUMENT);
    ASSERT_OK(gto_draft_session_extend(session, text.features[0], 0, 4, text.tokens.data() + 1, 0));
    EXPECT_EQ(gto_draft_session_expand(session, 3, parents, ids, 1, tokens, log_probs, nullptr, nullptr, nullptr),
              GTO_E_CONTEXT);
    parents[0] = 5;
    EXPECT_EQ(gto_draft_session_expand(session, 1, parents, ids, 1, tokens, log_probs, nullptr, nullptr, nullptr),
              GTO_E_ARGUMENT);

    gto_draft_config config = {2, {0, 3, 6}, GTO_INIT_RANDOM, 1};
    const int32_t vocabulary[] = {4, 4};
    EXPECT_EQ(gto_draft_create(tiny.target, config, vocabulary, &out), GTO_E_ARGUMENT);
}

} // namespace
