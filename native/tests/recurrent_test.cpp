// Targets that keep a state: they decode plainly, and refuse what would have to go back.
#include "support/handles.h"

#include <cmath>
#include <random>

using namespace gto_test;

namespace {

constexpr int32_t n_prompt = 12, n_text = 30;

class recurrent : public testing::TestWithParam<const char *> {
  protected:
    recurrent() : model(options_of(GetParam())) {
        std::mt19937 random(3);
        for (int32_t i = 0; i < n_prompt; i++) prompt.push_back((int32_t) (random() % 256));
    }

    static gto_session_options plain() {
        gto_session_options options = exact_options();
        options.taps = options.hidden = false;
        return options;
    }
    static bool says(const char * part) { return std::string(gto_last_error()).find(part) != std::string::npos; }

    std::vector<float> logits(const gto_session * session, int32_t row) const {
        std::vector<float> values((size_t) model.n_vocab());
        EXPECT_OK(gto_session_logits(const_cast<gto_session *>(session), row, values.data()));
        return values;
    }
    void prefill(const handle<gto_session> & session, int32_t seq = 0) {
        EXPECT_OK(gto_session_prefill(session.get(), seq, 0, n_prompt, prompt.data(), n_prompt - 1, nullptr, nullptr));
    }
    // Greedy text behind the prompt, by verification of empty trees.
    std::vector<int32_t> greedy(const handle<gto_session> & session) {
        const auto sampler = open_sampler(model.target, gto_sampler_options_default());
        prefill(session);
        const int32_t last = n_prompt - 1;
        int32_t next = 0, n_accepted = 0;
        gto_sampler * s = sampler.get();
        EXPECT_OK(gto_session_sample(session.get(), 1, &last, &s, &next));
        std::vector<int32_t> text = {next};
        for (int32_t at = n_prompt; (int32_t) text.size() < n_text && next >= 0; at++) {
            EXPECT_OK(gto_session_verify(session.get(), 0, at, next, 0, nullptr, nullptr, s, nullptr, nullptr,
                                         &n_accepted, &next));
            text.push_back(next);
        }
        return text;
    }

    tiny model;
    std::vector<int32_t> prompt;
};

void expect_near(const std::vector<float> & expected, const std::vector<float> & found) {
    for (size_t i = 0; i < found.size(); i++) ASSERT_NEAR(expected[i], found[i], 2e-3) << i;
}

TEST_P(recurrent, says_so) {
    const gto_target_info info = gto_target_describe(model.target.get());
    EXPECT_TRUE(info.recurrent);
    EXPECT_FALSE(info.taps_supported);
    EXPECT_FALSE(gto_target_describe(tiny().target.get()).recurrent);
}

// A prompt at once, and token by token.
TEST_P(recurrent, computes_a_prompt) {
    const auto whole = open_session(model.target, plain()), stepwise = open_session(model.target, plain());
    EXPECT_OK(gto_session_prefill(whole.get(), 0, 0, n_prompt, prompt.data(), 0, nullptr, nullptr));
    for (int32_t i = 0; i < n_prompt; i++) {
        EXPECT_OK(gto_session_prefill(stepwise.get(), 0, i, 1, &prompt[i], 0, nullptr, nullptr));
        expect_near(logits(stepwise.get(), 0), logits(whole.get(), i));
    }
    // The state matters: the last token behind nothing says something else.
    const std::vector<float> behind = logits(stepwise.get(), 0);
    EXPECT_OK(gto_session_remove(stepwise.get(), 0, 0, -1));
    EXPECT_OK(gto_session_prefill(stepwise.get(), 0, 0, 1, &prompt[n_prompt - 1], 0, nullptr, nullptr));
    const std::vector<float> alone = logits(stepwise.get(), 0);
    float most = 0;
    for (size_t i = 0; i < alone.size(); i++) most = std::max(most, std::abs(alone[i] - behind[i]));
    EXPECT_LT(0.1f, most);
}

TEST_P(recurrent, writes_again_what_it_wrote) {
    const auto session = open_session(model.target, plain());
    const std::vector<int32_t> text = greedy(session);
    EXPECT_LE(2u, text.size());
    EXPECT_OK(gto_session_remove(session.get(), 0, 0, -1));
    EXPECT_EQ(text, greedy(session));
    EXPECT_OK(gto_session_clear(session.get()));
    EXPECT_EQ(text, greedy(session));
}

// Nothing of it changes what the sequence holds.
TEST_P(recurrent, refuses_what_would_go_back) {
    const auto session = open_session(model.target, plain()), other = open_session(model.target, plain());
    const auto sampler = open_sampler(model.target, gto_sampler_options_default());
    prefill(session);
    prefill(other);
    const int32_t token = 5, parent = -1;
    int32_t path, n_accepted, next;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_verify(session.get(), 0, n_prompt, 3, 1, &token, &parent, sampler.get(),
                                                 nullptr, &path, &n_accepted, &next));
    EXPECT_TRUE(says("can't branch into trees")) << gto_last_error();
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_remove(session.get(), 0, n_prompt - 2, -1));
    EXPECT_TRUE(says("lose its end")) << gto_last_error();
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_copy_sequence(session.get(), 0, 1, 0, n_prompt));
    EXPECT_OK(gto_session_remove(session.get(), 0, n_prompt, -1)) << "there is nothing";
    for (const auto * s : {&session, &other}) {
        EXPECT_OK(gto_session_prefill(s->get(), 0, n_prompt, 1, &token, 0, nullptr, nullptr));
    }
    EXPECT_EQ(logits(other.get(), 0), logits(session.get(), 0));
}

TEST_P(recurrent, has_no_features) {
    gto_session * session = nullptr;
    gto_session_options options = plain();
    options.taps = true;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_open(model.target.get(), options, &session));
    EXPECT_TRUE(says("a draft is of no use to it")) << gto_last_error();
}

// Texts side by side, in cells that they share and in cells of their own.
TEST_P(recurrent, decodes_several_texts) {
    const auto alone = open_session(model.target, plain());
    prefill(alone);
    const std::vector<float> expected = logits(alone.get(), n_prompt - 1);
    for (const bool many_texts : {false, true}) {
        gto_session_options options = plain();
        options.many_texts = many_texts;
        options.n_seq_max = 4;
        options.n_ctx = 4 * 256;
        const auto session = open_session(model.target, options);
        for (const int32_t seq : {0, 2}) {
            EXPECT_OK(gto_session_prefill(session.get(), seq, 0, n_prompt - 1, prompt.data(), n_prompt - 1, nullptr,
                                          nullptr));
        }
        const int32_t tokens[] = {prompt[n_prompt - 1], prompt[n_prompt - 1]},
                      positions[] = {n_prompt - 1, n_prompt - 1}, begins[] = {0, 1, 2}, seqs[] = {0, 2};
        const int8_t output[] = {1, 1};
        EXPECT_OK(gto_session_decode(session.get(), 2, tokens, positions, begins, seqs, output));
        for (int32_t row = 0; row < 2; row++) expect_near(expected, logits(session.get(), row));
    }
}

INSTANTIATE_TEST_SUITE_P(Architectures, recurrent, testing::Values("lfm2", "mamba"),
                         [](const auto & test) { return std::string(test.param); });

} // namespace
