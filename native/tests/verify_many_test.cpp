// Trees of many requests in one target pass, against the same trees one by one.
#include "support/handles.h"
#include "support/oracle.h"
#include "support/trees.h"

#include <cmath>
#include <random>
#include <vector>

using namespace gto_test;

namespace {

constexpr int32_t n_vocab = 320;

struct outcome {
    gto_status status = -1;
    std::vector<int32_t> path;
    int32_t next = -2;
};

// One request with a text of its own; its sampler and features are its own, too.
struct text_request {
    text_request(const tiny & model, int32_t seq, std::mt19937 & random, const gto_sampler_options & options)
        : seq(seq), sampler(open_sampler(model.target, options)), features(new_features(32)) {
        do {
            prompt.clear();
            for (uint32_t n = 2 + random() % 9; prompt.size() < n;) prompt.push_back((int32_t) (random() % 256));
            text = greedy_text(model, prompt, 24);
        } while (std::any_of(text.begin(), text.end(),
                             [&](int32_t token) { return gto_target_is_end(model.target.get(), token); }));
        position = (int32_t) prompt.size();
        root = text[0];
    }
    void start(const handle<gto_session> & session) const {
        EXPECT_OK(gto_session_prefill(session.get(), seq, 0, position, prompt.data(), position, nullptr, nullptr));
    }
    void go_on(const tree & t, const outcome & o) {
        for (int32_t node : o.path) said.push_back(t.tokens[node]);
        position += 1 + (int32_t) o.path.size();
        if (o.next >= 0) said.push_back(o.next);
        root = o.next;
    }
    std::vector<int32_t> rest() const { return {text.begin() + 1 + (int) said.size(), text.end()}; }

    int32_t seq, position, root;
    std::vector<int32_t> prompt, text, said;
    handle<gto_sampler> sampler;
    handle<gto_features> features;
};

std::vector<outcome> verify_many(const handle<gto_session> & session, const std::vector<text_request> & requests,
                                 const std::vector<tree> & trees, gto_status expected = GTO_OK) {
    const size_t n = requests.size();
    std::vector<int32_t> seqs, positions, roots, begins{0}, tokens, parents, accepted(n, -1), next(n, -2);
    std::vector<gto_sampler *> samplers;
    std::vector<gto_features *> features;
    for (size_t i = 0; i < n; i++) {
        seqs.push_back(requests[i].seq);
        positions.push_back(requests[i].position);
        roots.push_back(requests[i].root);
        samplers.push_back(requests[i].sampler.get());
        features.push_back(requests[i].features.get());
        tokens.insert(tokens.end(), trees[i].tokens.begin(), trees[i].tokens.end());
        parents.insert(parents.end(), trees[i].parents.begin(), trees[i].parents.end());
        begins.push_back((int32_t) tokens.size());
    }
    std::vector<int32_t> path(tokens.size(), -1);
    std::vector<gto_status> status(n, -1);
    EXPECT_EQ(expected,
              gto_session_verify_many(session.get(), (int32_t) n, seqs.data(), positions.data(), roots.data(),
                                      begins.data(), tokens.data(), parents.data(), samplers.data(), features.data(),
                                      nullptr, nullptr, path.data(), accepted.data(), next.data(), status.data()))
        << gto_last_error();
    std::vector<outcome> outcomes(n);
    for (size_t i = 0; i < n; i++) {
        outcomes[i].status = status[i];
        outcomes[i].next = next[i];
        if (accepted[i] > 0) outcomes[i].path.assign(path.begin() + begins[i], path.begin() + begins[i] + accepted[i]);
    }
    return outcomes;
}

outcome verify_one(const handle<gto_session> & session, text_request & r, const tree & t) {
    outcome o;
    o.path.resize(t.size() + 1);
    int32_t accepted = 0;
    o.status = gto_session_verify(session.get(), r.seq, r.position, r.root, t.size(), t.tokens.data(), t.parents.data(),
                                  r.sampler.get(), r.features.get(), o.path.data(), &accepted, &o.next);
    o.path.resize(accepted);
    return o;
}

gto_sampler_options greedy() { return gto_sampler_options_default(); }

gto_sampler_options warm(uint32_t seed) {
    gto_sampler_options options = greedy();
    options.temperature = 0.7f;
    options.seed = seed;
    return options;
}

// A chain that allows no token.
struct impossible {
    impossible() {
        for (int32_t i = 0; i < n_vocab; i++) tokens.push_back(i);
        bias.assign(n_vocab, -INFINITY);
        options.n_bias = n_vocab;
        options.bias_tokens = tokens.data();
        options.bias = bias.data();
    }
    std::vector<int32_t> tokens;
    std::vector<float> bias;
    gto_sampler_options options = greedy();
};

gto_session_options roomy() {
    gto_session_options options = exact_options();
    options.n_ctx = 1024;
    options.n_batch = 128;
    options.n_seq_max = 96;
    return options;
}

struct VerifyManyTest : testing::Test {
    VerifyManyTest() : session(open_session(model.target, roomy())) {}
    // Requests on sequences in no order.
    std::vector<text_request> requests(int32_t n, uint32_t seed, bool sampled) {
        std::mt19937 texts(seed);
        std::vector<text_request> made;
        for (int32_t i = 0; i < n; i++) {
            made.emplace_back(model, (7 * i + 3) % 11, texts, sampled ? warm(seed + i) : greedy());
        }
        return made;
    }
    tiny model;
    handle<gto_session> session;
    std::mt19937 random{1};
};

} // namespace

// Cycles of random trees, empty ones among them: paths, tokens and features are those of each request verified alone.
TEST_F(VerifyManyTest, EqualsOneByOne) {
    for (bool sampled : {false, true}) {
        for (int32_t n : {1, 2, 5, 8}) {
            ASSERT_OK(gto_session_clear(session.get()));
            auto together = requests(n, 100 + n, sampled), alone = requests(n, 100 + n, sampled);
            auto other = open_session(model.target, roomy());
            for (int32_t i = 0; i < n; i++) together[i].start(session), alone[i].start(other);
            for (int cycle = 0; cycle < 4; cycle++) {
                std::vector<tree> trees;
                for (const text_request & r : together) {
                    const int32_t left = (int32_t) std::min<size_t>(
                        r.said.size() < r.text.size() ? r.text.size() - r.said.size() - 1 : 0, 4);
                    const int32_t truth = sampled || left == 0 ? 0 : (int32_t) (random() % (left + 1));
                    trees.push_back(random_tree(random, truth > 0 ? r.rest() : std::vector<int32_t>(), truth,
                                                (int32_t) (random() % (n > 5 ? 10 : 20))));
                }
                const auto outcomes = verify_many(session, together, trees);
                for (int32_t i = 0; i < n; i++) {
                    const outcome expected = verify_one(other, alone[i], trees[i]);
                    ASSERT_EQ(GTO_OK, outcomes[i].status) << gto_session_verify_error(session.get(), i);
                    ASSERT_EQ(expected.path, outcomes[i].path)
                        << n << " requests, cycle " << cycle << ", request " << i;
                    ASSERT_EQ(expected.next, outcomes[i].next)
                        << n << " requests, cycle " << cycle << ", request " << i;
                    together[i].go_on(trees[i], outcomes[i]);
                    alone[i].go_on(trees[i], expected);
                    ASSERT_EQ(gto_features_rows(alone[i].features.get()),
                              gto_features_rows(together[i].features.get()));
                    for (int32_t row = 0; row < gto_features_rows(together[i].features.get()); row++) {
                        EXPECT_LT(distance(row_of(alone[i].features, row), row_of(together[i].features, row)), 1e-4f);
                    }
                }
            }
            for (int32_t i = 0; i < n && !sampled; i++) {
                const text_request & r = together[i];
                EXPECT_EQ(std::vector<int32_t>(r.text.begin() + 1, r.text.begin() + 1 + (int) r.said.size()), r.said)
                    << "the target's own greedy text";
            }
        }
    }
}

// One request's sampler allows no token: the others go on, and so does it once it has another sampler.
TEST_F(VerifyManyTest, OneFailureLosesNoOther) {
    const impossible none;
    auto some = requests(4, 7, false);
    for (const auto & r : some) r.start(session);
    auto good = std::move(some[2].sampler);
    some[2].sampler = open_sampler(model.target, none.options);
    std::vector<tree> trees;
    for (const auto & r : some) trees.push_back(random_tree(random, r.rest(), 3, 6));
    auto outcomes = verify_many(session, some, trees);
    for (int32_t i = 0; i < 4; i++) {
        if (i == 2) {
            EXPECT_EQ(GTO_E_ARGUMENT, outcomes[i].status);
            EXPECT_NE(std::string::npos,
                      std::string(gto_session_verify_error(session.get(), i)).find("allow no token"));
            EXPECT_EQ(0, gto_features_rows(some[i].features.get()));
            continue;
        }
        EXPECT_EQ(GTO_OK, outcomes[i].status);
        EXPECT_STREQ("", gto_session_verify_error(session.get(), i));
        EXPECT_GE(outcomes[i].path.size(), 3u);
        some[i].go_on(trees[i], outcomes[i]);
    }
    some[2].sampler = std::move(good);
    for (tree & t : trees) t = {};
    outcomes = verify_many(session, some, trees);
    for (int32_t i = 0; i < 4; i++) {
        ASSERT_EQ(GTO_OK, outcomes[i].status);
        some[i].go_on(trees[i], outcomes[i]);
        EXPECT_EQ(std::vector<int32_t>(some[i].text.begin() + 1, some[i].text.begin() + 1 + (int) some[i].said.size()),
                  some[i].said)
            << "request " << i;
    }
}

TEST_F(VerifyManyTest, RefusesAsAWhole) {
    auto some = requests(3, 9, false);
    for (const auto & r : some) r.start(session);
    const tree fine = {{1, 2, 3}, {-1, 0, -1}};
    verify_many(session, some, {fine, {{5, 5}, {-1, -1}}, fine}, GTO_E_ARGUMENT);
    EXPECT_NE(std::string::npos, std::string(gto_last_error()).find("request 1: node -1 has two children with token 5"))
        << gto_last_error();
    some[2].position++;
    verify_many(session, some, {fine, fine, fine}, GTO_E_ARGUMENT);
    some[2].position--;
    const int32_t seq = some[0].seq, position = some[0].position;
    some[0].seq = some[1].seq;
    some[0].position = some[1].position;
    verify_many(session, some, {fine, fine, fine}, GTO_E_ARGUMENT);
    EXPECT_NE(std::string::npos, std::string(gto_last_error()).find("two requests for sequence")) << gto_last_error();
    some[0].seq = seq;
    some[0].position = position;
    tree deep;
    for (int32_t i = 0; i < 42; i++) deep.tokens.push_back(i), deep.parents.push_back(i - 1);
    verify_many(session, some, {deep, deep, deep}, GTO_E_ARGUMENT); // 129 rows of 128
    EXPECT_EQ(GTO_E_ARGUMENT,
              gto_session_verify_many(session.get(), 0, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                                      nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr));
    tree wide;
    for (int32_t i = 0; i < 36; i++) wide.tokens.push_back(i), wide.parents.push_back(-1);
    // 3 + 3 * 35 sequences of 96: every tree alone would do
    verify_many(session, some, {wide, wide, wide}, GTO_E_CONTEXT);
    deep.tokens.pop_back(), deep.parents.pop_back();
    for (const outcome & o : verify_many(session, some, {deep, deep, deep})) {
        EXPECT_EQ(GTO_OK, o.status) << "nothing had changed";
    }
}

TEST_F(VerifyManyTest, NoRoomChangesNothing) {
    gto_session_options options = roomy();
    options.n_ctx = 256;
    session = open_session(model.target, options);
    auto some = requests(2, 11, false);
    for (const auto & r : some) r.start(session);
    const int32_t left = gto_session_n_ctx(session.get()) - some[0].position - some[1].position;
    const std::vector<int32_t> filler(left - 9, 'x');
    ASSERT_OK(gto_session_prefill(session.get(), 20, 0, left - 9, filler.data(), left - 9, nullptr, nullptr));
    const tree three = {{1, 2, 3}, {-1, 0, 1}}, four = {{1, 2, 3, 4}, {-1, 0, 1, 2}};
    verify_many(session, some, {four, four}, GTO_E_CONTEXT);
    for (const auto & r : some) EXPECT_EQ(0, gto_features_rows(r.features.get()));
    const auto outcomes = verify_many(session, some, {three, four});
    for (int32_t i = 0; i < 2; i++) {
        EXPECT_EQ(some[i].text[1], outcomes[i].path.empty() ? outcomes[i].next : outcomes[i].path[0] + 1);
    }
}
