#include "support/handles.h"
#include "support/oracle.h"
#include "support/trees.h"

#include <random>
#include <vector>

using namespace gto_test;

namespace {

constexpr int32_t n_vocab = 320;

struct verification {
    std::vector<int32_t> path;
    int32_t n_accepted = -1, next = -2;
};

gto_status verify(const handle<gto_session> & session, int32_t seq, int32_t position, int32_t root, const tree & t,
                  const handle<gto_sampler> & sampler, const handle<gto_features> & features, verification & out) {
    out.path.assign(t.size() + 1, -1);
    const gto_status status =
        gto_session_verify(session.get(), seq, position, root, t.size(), t.tokens.data(), t.parents.data(),
                           sampler.get(), features.get(), out.path.data(), &out.n_accepted, &out.next);
    if (status == GTO_OK) out.path.resize(out.n_accepted);
    return status;
}

const std::vector<int32_t> prompt = {256, 72, 101, 108, 108, 111};

// Of each architecture: gemma3 sees 8 tokens back in all blocks but every sixth.
struct VerifyTest : testing::TestWithParam<const char *> {
    VerifyTest() : model(options_of(GetParam())) {
        session = open_session(model.target, exact_options());
        greedy = open_sampler(model.target, gto_sampler_options_default());
        text = greedy_text(model, prompt, 24); // text[0] is the first root
        start(0);
    }
    void start(int32_t seq) {
        EXPECT_OK(gto_session_prefill(session.get(), seq, 0, (int32_t) prompt.size(), prompt.data(),
                                      (int32_t) prompt.size(), nullptr, nullptr));
    }
    std::vector<int32_t> rest(int32_t from) const { return {text.begin() + from, text.end()}; }

    tiny model;
    const float tolerance = tolerance_of(GetParam());
    handle<gto_session> session{nullptr, gto_session_free};
    handle<gto_sampler> greedy{nullptr, gto_sampler_free};
    std::vector<int32_t> text;
    std::mt19937 random{1};
};

INSTANTIATE_TEST_SUITE_P(Architectures, VerifyTest, testing::Values("llama", "gemma3"));

} // namespace

TEST_P(VerifyTest, AcceptsWhatTheTargetWouldSay) {
    for (int32_t truth : {0, 1, 3, 6}) {
        ASSERT_OK(gto_session_clear(session.get()));
        start(0);
        const tree t = random_tree(random, rest(1), truth, 20);
        verification v;
        ASSERT_OK(verify(session, 0, (int32_t) prompt.size(), text[0], t, greedy, new_features(32), v));
        std::vector<int32_t> said;
        for (int32_t node : v.path) said.push_back(t.tokens[node]);
        said.push_back(v.next);
        EXPECT_GE(v.n_accepted, truth);
        EXPECT_EQ(std::vector<int32_t>(text.begin() + 1, text.begin() + 1 + (int) said.size()), said);
    }
}

// Greedy decoding by trees of any shape is greedy decoding.
TEST_P(VerifyTest, CyclesGiveTheGreedyText) {
    std::vector<int32_t> said = {text[0]};
    int32_t position = (int32_t) prompt.size();
    while (said.size() < 16) {
        const tree t =
            random_tree(random, rest((int32_t) said.size()), (int32_t) (random() % 4), (int32_t) (random() % 12));
        verification v;
        ASSERT_OK(verify(session, 0, position, said.back(), t, greedy, {nullptr, gto_features_free}, v));
        for (int32_t node : v.path) said.push_back(t.tokens[node]);
        said.push_back(v.next);
        position += 1 + v.n_accepted;
    }
    said.resize(16);
    EXPECT_EQ(std::vector<int32_t>(text.begin(), text.begin() + 16), said);
}

// Every node's logits are those of its path decoded alone.
TEST_P(VerifyTest, NodesSeeTheirAncestorsOnly) {
    const tree t = random_tree(random, rest(1), 2, 16);
    verification v;
    ASSERT_OK(verify(session, 0, (int32_t) prompt.size(), text[0], t, greedy, {nullptr, gto_features_free}, v));
    for (int32_t node = 0; node < t.size(); node++) {
        std::vector<int32_t> tokens = prompt;
        tokens.push_back(text[0]);
        for (int32_t step : t.path_to(node)) tokens.push_back(t.tokens[step]);
        const reading alone = read_one_by_one(model, tokens);
        EXPECT_LT(distance(alone.logits.back(), logits_of(session, node + 1, n_vocab)), tolerance) << "node " << node;
    }
}

TEST_P(VerifyTest, LeavesTheCacheOfAPlainPrefill) {
    const tree t = random_tree(random, rest(1), 3, 20);
    verification v;
    auto features = new_features(32);
    ASSERT_OK(verify(session, 0, (int32_t) prompt.size(), text[0], t, greedy, features, v));
    std::vector<int32_t> tokens = prompt;
    tokens.push_back(text[0]);
    for (int32_t node : v.path) tokens.push_back(t.tokens[node]);
    tokens.push_back(v.next);
    const reading expected = read_one_by_one(model, tokens);

    ASSERT_EQ(1 + v.n_accepted, gto_features_rows(features.get()));
    for (int32_t i = 0; i <= v.n_accepted; i++) {
        EXPECT_LT(distance(expected.features[prompt.size() + i], row_of(features, i)), tolerance) << "row " << i;
    }
    const int32_t position = (int32_t) tokens.size() - 1;
    ASSERT_OK(gto_session_prefill(session.get(), 0, position, 1, &v.next, 0, nullptr, nullptr));
    EXPECT_LT(distance(expected.logits.back(), logits_of(session, 0, n_vocab)), tolerance);
    for (int32_t seq = 1; seq < 32; seq++) {
        EXPECT_OK(gto_session_prefill(session.get(), seq, 0, 1, &prompt[0], 1, nullptr, nullptr))
            << "sequence " << seq << " must be unused again";
    }
}

TEST_P(VerifyTest, NoNodesIsPlainDecoding) {
    verification v;
    int32_t position = (int32_t) prompt.size(), root = text[0];
    for (int i = 1; i < 6; i++) {
        ASSERT_OK(verify(session, 0, position++, root, {}, greedy, {nullptr, gto_features_free}, v));
        EXPECT_EQ(0, v.n_accepted);
        EXPECT_EQ(text[i], v.next);
        root = v.next;
    }
}

TEST_P(VerifyTest, OtherSequencesAreLeftAlone) {
    start(31); // the id that leaves would take first
    const tree t = random_tree(random, rest(1), 3, 20);
    verification a, b;
    ASSERT_OK(verify(session, 0, (int32_t) prompt.size(), text[0], t, greedy, {nullptr, gto_features_free}, a));
    ASSERT_OK(verify(session, 31, (int32_t) prompt.size(), text[0], t, greedy, {nullptr, gto_features_free}, b));
    EXPECT_EQ(a.path, b.path);
    EXPECT_EQ(a.next, b.next);
}

TEST_P(VerifyTest, AnAcceptedEndTokenEndsTheWalk) {
    tiny_options options;
    options.vocab = 14;
    options.scale = 0.5f;
    tiny small(options);
    auto warm = gto_sampler_options_default();
    warm.temperature = 1;
    auto sampler = open_sampler(small.target, warm);
    auto s = open_session(small.target, exact_options());
    const int32_t bos = 12, end = 13;
    bool seen = false;
    for (int i = 0; i < 500 && !seen; i++) {
        ASSERT_OK(gto_session_clear(s.get()));
        verification v;
        ASSERT_OK(verify(s, 0, 0, bos, {{end, 3, 4}, {-1, 0, -1}}, sampler, {nullptr, gto_features_free}, v));
        seen = v.n_accepted == 1 && v.path[0] == 0;
        EXPECT_EQ(seen, v.next == -1);
    }
    EXPECT_TRUE(seen) << "the end token was never drawn in 500 cycles";
}

TEST_P(VerifyTest, RefusesWhatIsNotATree) {
    verification v;
    const handle<gto_features> none{nullptr, gto_features_free};
    const int32_t position = (int32_t) prompt.size();
    const auto refused = [&](const tree & t, int32_t at, int32_t seq) {
        return verify(session, seq, at, text[0], t, greedy, none, v);
    };
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{1, 2}, {0, -1}}, position, 0)) << "its own parent";
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{1, 2}, {1, -1}}, position, 0)) << "parent behind its child";
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{1}, {-2}}, position, 0));
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{320}, {-1}}, position, 0)) << "no such token";
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{5, 5}, {-1, -1}}, position, 0)) << "twins";
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{1}, {-1}}, position + 1, 0)) << "a gap";
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{1}, {-1}}, position - 1, 0)) << "taken";
    EXPECT_EQ(GTO_E_ARGUMENT, refused({{1}, {-1}}, position, 32)) << "no such sequence";
    tree wide, deep;
    for (int32_t i = 0; i < 64; i++) {
        deep.tokens.push_back(i);
        deep.parents.push_back(i - 1);
        if (i < 32) {
            wide.tokens.push_back(i);
            wide.parents.push_back(-1);
        }
    }
    EXPECT_EQ(GTO_E_ARGUMENT, refused(wide, position, 0)) << "32 leaves in 32 sequences";
    EXPECT_EQ(GTO_E_ARGUMENT, refused(deep, position, 0)) << "64 nodes and a root in a batch of 64";
    wide.tokens.pop_back();
    wide.parents.pop_back();
    EXPECT_OK(refused(wide, position, 0));
}

TEST_P(VerifyTest, NoRoomChangesNothing) {
    gto_session_options options = exact_options();
    options.n_ctx = 256;
    auto s = open_session(model.target, options);
    const int32_t cells = gto_session_n_ctx(s.get());
    std::vector<int32_t> tokens(cells - 10, 'x');
    ASSERT_OK(gto_session_prefill(s.get(), 0, 0, cells - 10, tokens.data(), cells - 10, nullptr, nullptr));
    const tree t = random_tree(random, rest(1), 2, 20);
    verification v;
    auto features = new_features(32);
    EXPECT_EQ(GTO_E_CONTEXT, verify(s, 0, cells - 10, text[0], t, greedy, features, v));
    EXPECT_EQ(0, gto_features_rows(features.get()));
    EXPECT_OK(verify(s, 0, cells - 10, text[0], random_tree(random, rest(1), 2, 7), greedy, features, v))
        << "root and nine nodes fit";

    // Sequences in use leave too few for the leaves.
    ASSERT_OK(gto_session_clear(session.get()));
    start(0);
    for (int32_t seq = 1; seq < 31; seq++) ASSERT_OK(gto_session_copy_sequence(session.get(), 0, seq, 0, -1));
    const tree three = {{1, 2, 3}, {-1, -1, -1}}, two = {{1, 2}, {-1, -1}};
    EXPECT_EQ(GTO_E_CONTEXT, verify(session, 0, (int32_t) prompt.size(), text[0], three, greedy, features, v));
    EXPECT_OK(verify(session, 0, (int32_t) prompt.size(), text[0], two, greedy, features, v));
    EXPECT_EQ(text[1], v.n_accepted ? two.tokens[v.path[0]] : v.next);
}
