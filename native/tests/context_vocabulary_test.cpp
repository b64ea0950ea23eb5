// The context vocabulary against drafts that have its tokens in their own vocabulary.
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

using namespace gto_test;

namespace {

#define ASSERT_OK(call) ASSERT_EQ(call, GTO_OK) << gto_last_error()
#define EXPECT_OK(call) EXPECT_EQ(call, GTO_OK) << gto_last_error()

constexpr int32_t length = 20, k = 20;

struct child {
    int32_t token;
    float log_prob;
};

using draft_ptr = std::unique_ptr<gto_draft, decltype(&gto_draft_free)>;
using session_ptr = std::unique_ptr<gto_draft_session, decltype(&gto_draft_session_free)>;

int32_t tensor_named(const gto_draft * draft, const std::string & name) {
    for (int32_t i = 0; i < gto_draft_tensor_count(draft); i++) {
        if (gto_draft_tensor_name(draft, i) == name) return i;
    }
    ADD_FAILURE() << name;
    return 0;
}

std::vector<float> values(const gto_draft * draft, const std::string & name) {
    const int32_t i = tensor_named(draft, name);
    std::vector<float> all((size_t) gto_draft_tensor_size(draft, i));
    EXPECT_OK(gto_draft_get_tensor(draft, i, all.data()));
    return all;
}

struct ContextVocabulary : testing::Test {
    ContextVocabulary() : text(tiny, {length}, 2, 1) { head = target_head(); }

    gto_draft_config config(int32_t n, int32_t init) const {
        const gto_draft_info info = gto_draft_describe(tiny.draft);
        return {n, {info.tap_layers[0], info.tap_layers[1], info.tap_layers[2]}, init, 1};
    }
    draft_ptr made(const std::vector<int32_t> & vocabulary, int32_t init) const {
        gto_draft * draft = nullptr;
        EXPECT_OK(gto_draft_create(tiny.target, config((int32_t) vocabulary.size(), init), vocabulary.data(), &draft));
        return {draft, gto_draft_free};
    }
    // Rows of the target's head, by target id.
    std::vector<float> target_head() const {
        std::vector<int32_t> all((size_t) tiny.info.n_vocab);
        for (size_t i = 0; i < all.size(); i++) all[i] = (int32_t) i;
        return values(made(all, GTO_INIT_TARGET).get(), "output.weight");
    }
    // Tokens that trunk row `row` offers.
    std::set<int32_t> offered(int32_t row) const {
        std::set<int32_t> tokens;
        for (int32_t i = 0; i <= row; i++) {
            const int32_t token = text.tokens[(size_t) i + 1];
            if (!std::count(tiny.vocabulary.begin(), tiny.vocabulary.end(), token)) tokens.insert(token);
        }
        return tokens;
    }
    // The draft, but with these tokens in its own vocabulary.
    draft_ptr with(const std::set<int32_t> & more) const {
        std::set<int32_t> ids(tiny.vocabulary.begin(), tiny.vocabulary.end());
        ids.insert(more.begin(), more.end());
        const std::vector<int32_t> vocabulary(ids.begin(), ids.end());
        draft_ptr draft = made(vocabulary, GTO_INIT_RANDOM);
        const size_t d = (size_t) tiny.info.n_embd;
        const std::vector<float> own = values(tiny.draft, "output.weight");
        std::vector<float> rows;
        for (const int32_t id : vocabulary) {
            const auto at = std::find(tiny.vocabulary.begin(), tiny.vocabulary.end(), id) - tiny.vocabulary.begin();
            const bool is_own = at < (std::ptrdiff_t) tiny.vocabulary.size();
            const float * from = is_own ? own.data() + (size_t) at * d : head.data() + (size_t) id * d;
            rows.insert(rows.end(), from, from + d);
        }
        for (int32_t i = 0; i < gto_draft_tensor_count(tiny.draft); i++) {
            const std::string name = gto_draft_tensor_name(tiny.draft, i);
            const std::vector<float> all = name == "output.weight" ? rows : tiny.get(i);
            EXPECT_OK(gto_draft_set_tensor(draft.get(), tensor_named(draft.get(), name), all.data()));
        }
        return draft;
    }
    session_ptr session(gto_draft * draft, int32_t rows = length - 1, int32_t type = GTO_TYPE_F32) const {
        gto_draft_session * opened = nullptr;
        EXPECT_OK(gto_draft_session_open(draft, 32, 16, type, &opened));
        EXPECT_OK(gto_draft_session_extend(opened, text.features[0], 0, rows, text.tokens.data() + 1, 0));
        return {opened, gto_draft_session_free};
    }
    // Children of trunk rows; `asked` of all.
    std::vector<child> roots(const session_ptr & session, const std::vector<int32_t> & rows,
                             std::vector<float> * asked = nullptr, int32_t query = 0) const {
        const int32_t n = (int32_t) rows.size();
        std::vector<int32_t> tokens((size_t) (n * k)), queries((size_t) n, query);
        std::vector<float> log_probs((size_t) (n * k)), found((size_t) n);
        EXPECT_OK(gto_draft_session_roots(session.get(), n, rows.data(), k, tokens.data(), log_probs.data(),
                                          queries.data(), found.data()));
        if (asked) *asked = found;
        return together(tokens, log_probs);
    }
    // Children of nodes with these tokens below a trunk row; `asked` of all.
    std::vector<child> below(const session_ptr & session, int32_t row, const std::vector<int32_t> & nodes,
                             std::vector<float> * asked = nullptr, int32_t query = 0) const {
        const int32_t n = (int32_t) nodes.size();
        const std::vector<int32_t> parents((size_t) n, -1 - row), queries((size_t) n, query);
        std::vector<int32_t> tokens((size_t) (n * k));
        std::vector<float> log_probs((size_t) (n * k)), found((size_t) n);
        int32_t first = -1;
        EXPECT_OK(gto_draft_session_expand(session.get(), n, parents.data(), nodes.data(), k, tokens.data(),
                                           log_probs.data(), queries.data(), found.data(), &first));
        if (asked) *asked = found;
        return together(tokens, log_probs);
    }
    // Of a token below nodes that stand below a trunk row, and below the row itself at the end.
    std::vector<float> log_probs(const session_ptr & session, int32_t row, const std::vector<int32_t> & nodes,
                                 int32_t token) const {
        std::vector<float> found, at_root;
        below(session, row, nodes, &found, token);
        roots(session, {row}, &at_root, token);
        found.push_back(at_root[0]);
        return found;
    }
    // Whether the text has one token behind the other, both taken by trunk rows up to this one.
    bool has_bigram(int32_t row, int32_t before, int32_t after) const {
        for (size_t i = 2; i <= (size_t) row + 1; i++) {
            if (text.tokens[i - 1] == before && text.tokens[i] == after) return true;
        }
        return false;
    }
    static std::vector<child> together(const std::vector<int32_t> & tokens, const std::vector<float> & log_probs) {
        std::vector<child> all;
        for (size_t i = 0; i < tokens.size(); i++) all.push_back({tokens[i], log_probs[i]});
        return all;
    }
    static void expect_near(const std::vector<child> & found, const std::vector<child> & expected, double tolerance) {
        ASSERT_EQ(found.size(), expected.size());
        for (size_t i = 0; i < found.size(); i++) {
            EXPECT_EQ(found[i].token, expected[i].token) << i;
            EXPECT_NEAR(found[i].log_prob, expected[i].log_prob, tolerance) << i;
        }
    }
    static void expect_same_bits(const std::vector<child> & found, const std::vector<child> & expected) {
        expect_near(found, expected, 0);
    }

    tiny_draft tiny;
    random_text text;
    std::vector<float> head;
};

TEST_F(ContextVocabulary, offers_the_tokens_of_the_text_so_far) {
    ASSERT_GT(offered(length - 2).size(), offered(3).size());
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 0));
    const session_ptr all = session(tiny.draft);
    bool proposed = false;
    for (const int32_t row : {0, 3, length - 2}) {
        const std::set<int32_t> more = offered(row);
        const draft_ptr wide = with(more);
        const session_ptr reference = session(wide.get());
        const std::vector<child> expected = roots(reference, {row});
        expect_near(roots(all, {row}), expected, 1e-5);
        for (const child & c : expected) proposed = proposed || more.count(c.token);
        expect_near(below(all, row, {expected[0].token, expected[1].token}),
                    below(reference, row, {expected[0].token, expected[1].token}), 1e-5);
        for (int32_t token = 0; token < tiny.info.n_vocab; token++) {
            std::vector<float> a, b;
            roots(all, {row}, &a, token);
            roots(reference, {row}, &b, token);
            if (std::isinf(b[0])) {
                EXPECT_EQ(a[0], b[0]) << token;
            } else {
                EXPECT_NEAR(a[0], b[0], 1e-5) << token;
            }
        }
    }
    EXPECT_TRUE(proposed) << "the test says nothing if no such token is among the best";
}

TEST_F(ContextVocabulary, is_less_probable_by_the_offset) {
    const int32_t row = length - 2, own = tiny.vocabulary[2], more = *offered(row).begin();
    std::map<float, float> lead;
    for (const float offset : {0.0f, 1.5f}) {
        ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, offset, 0));
        const session_ptr s = session(tiny.draft);
        std::vector<float> a, b;
        roots(s, {row}, &a, own);
        roots(s, {row}, &b, more);
        lead[offset] = a[0] - b[0];
    }
    EXPECT_NEAR(lead[1.5f] - lead[0.0f], 1.5, 1e-5);
}

// Rows and nodes that take a token of the text: what followed it there, up to their trunk row, is more probable.
TEST_F(ContextVocabulary, is_more_probable_where_it_continues_a_bigram_of_the_text) {
    constexpr float bonus = 2.25f;
    const int32_t own = tiny.vocabulary[2], before = text.tokens[2];
    std::vector<int32_t> & tokens = text.tokens;
    tokens[5] = tokens[10] = before; // 5 and 6 are the first such pair; trunk row t takes token t + 1
    const int32_t after = tokens[6] = *offered(length - 2).begin();
    size_t raised = 0, left = 0;
    for (const int32_t row : {2, 5, 9, length - 2}) {
        const std::vector<int32_t> nodes = {before, tokens[3], tokens[8], after};
        for (const int32_t token : offered(row)) {
            std::vector<float> gained(nodes.size() + 1, 0);
            for (const float with : {0.0f, bonus}) {
                ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0.5f, with));
                const session_ptr s = session(tiny.draft);
                const std::vector<float> more = log_probs(s, row, nodes, token), less = log_probs(s, row, nodes, own);
                for (size_t i = 0; i < gained.size(); i++) gained[i] = more[i] - less[i] - gained[i];
            }
            for (size_t i = 0; i < gained.size(); i++) {
                const int32_t taken = i < nodes.size() ? nodes[i] : tokens[(size_t) row + 1];
                const bool continues = has_bigram(row, taken, token);
                EXPECT_NEAR(gained[i], continues ? bonus : 0, 2e-5) << row << ", node " << i << ", token " << token;
                (continues ? raised : left)++;
            }
        }
    }
    EXPECT_TRUE(has_bigram(9, before, after) && !has_bigram(2, before, after));
    EXPECT_GE(raised, 4u);
    EXPECT_GT(left, 4u);
}

TEST_F(ContextVocabulary, forgets_bigrams_that_are_cut_off) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 2));
    const int32_t before = text.tokens[2];
    text.tokens[5] = before; // its follower comes with trunk row 5
    text.tokens[6] = *offered(length - 2).begin();
    const session_ptr cut = session(tiny.draft), fresh = session(tiny.draft, 7);
    ASSERT_OK(gto_draft_session_truncate(cut.get(), 3));
    text.tokens[6] = text.tokens[1];
    ASSERT_OK(gto_draft_session_extend(cut.get(), text.features[0], 3, 4, text.tokens.data() + 4, 0));
    const session_ptr again = session(tiny.draft, 7);
    expect_same_bits(below(cut, 6, {before}), below(again, 6, {before}));
    EXPECT_NE(below(again, 6, {before})[0].log_prob, below(fresh, 6, {before})[0].log_prob);
}

TEST_F(ContextVocabulary, forgets_what_is_cut_off) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 0));
    const session_ptr cut = session(tiny.draft), fresh = session(tiny.draft, 5);
    ASSERT_OK(gto_draft_session_truncate(cut.get(), 3));
    ASSERT_OK(gto_draft_session_extend(cut.get(), text.features[0], 3, 2, text.tokens.data() + 4, 0));
    expect_same_bits(roots(cut, {4}), roots(fresh, {4}));
}

// A row's numbers don't depend on the rows beside it, nor on what the text says later.
TEST_F(ContextVocabulary, keeps_the_bits_of_a_row) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0.5f, 0));
    for (const int32_t type : {GTO_TYPE_F32, GTO_TYPE_F16, GTO_TYPE_Q8_0}) {
        const session_ptr whole = session(tiny.draft, length - 1, type), part = session(tiny.draft, 6, type);
        const std::vector<child> three = roots(whole, {5, 1, length - 2}), alone = roots(whole, {5});
        expect_same_bits({three.begin(), three.begin() + k}, alone);
        expect_same_bits(alone, roots(part, {5}));
    }
}

TEST_F(ContextVocabulary, is_there_with_every_type_of_session) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 0));
    std::vector<float> exact, found;
    const int32_t row = length - 2, more = *offered(row).begin();
    roots(session(tiny.draft), {row}, &exact, more);
    for (const int32_t type : {GTO_TYPE_F16, GTO_TYPE_Q8_0, GTO_TYPE_Q4_0, GTO_TYPE_BF16}) {
        const session_ptr s = session(tiny.draft, length - 1, type);
        for (int32_t twice = 0; twice < 2; twice++) { // nothing old is kept of the rows
            roots(s, {row}, &found, more);
            EXPECT_NEAR(found[0], exact[0], type == GTO_TYPE_Q4_0 ? 0.5 : 0.05) << type;
            ASSERT_OK(gto_draft_session_truncate(s.get(), 2));
            ASSERT_OK(gto_draft_session_extend(s.get(), text.features[0], 2, length - 3, text.tokens.data() + 3, 0));
        }
    }
}

TEST_F(ContextVocabulary, is_drawn_from_as_well) {
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 0, 0));
    const int32_t row = length - 2, other = 1;
    const draft_ptr wide = with(offered(row));
    const session_ptr all = session(tiny.draft), reference = session(wide.get());
    const std::vector<child> best = roots(reference, {row});
    const std::vector<int32_t> fixed = {best[0].token, best[1].token};
    const int32_t begins[] = {0, 2};
    for (const bool kept : {true, false}) { // logits that the last call has left, and new ones
        roots(all, {kept ? row : other});
        std::vector<std::vector<double>> q;
        for (const session_ptr * s : {&all, &reference}) {
            gto_drawn_children * opened = nullptr;
            ASSERT_OK(gto_drawn_children_open(tiny.target, 0.8f, 3, &opened));
            const std::unique_ptr<gto_drawn_children, decltype(&gto_drawn_children_free)> drawn(
                opened, gto_drawn_children_free);
            int32_t token = -2, first = -1;
            ASSERT_OK(gto_draft_session_draw(s->get(), opened, 1, &row, begins, fixed.data(), &token, &first));
            q.emplace_back((size_t) tiny.info.n_vocab);
            for (int32_t v = 0; v < tiny.info.n_vocab; v++) {
                ASSERT_OK(gto_drawn_children_probability(opened, 0, v, &q.back()[(size_t) v]));
            }
        }
        double more = 0;
        for (int32_t v = 0; v < tiny.info.n_vocab; v++) {
            EXPECT_NEAR(q[0][(size_t) v], q[1][(size_t) v], 1e-6) << v;
            if (offered(row).count(v)) more += q[0][(size_t) v];
        }
        EXPECT_GT(more, 0);
    }
}

TEST_F(ContextVocabulary, stays_with_the_draft) {
    float offset = -1, bonus = -1;
    EXPECT_FALSE(gto_draft_context_vocabulary(tiny.draft, &offset, &bonus));
    ASSERT_OK(gto_draft_set_context_vocabulary(tiny.draft, true, 1.25f, 0.5f));
    gto_draft *copy = nullptr, *loaded = nullptr;
    ASSERT_OK(gto_draft_copy(tiny.draft, &copy));
    const draft_ptr copied(copy, gto_draft_free);
    const std::string path =
        std::filesystem::temp_directory_path() / ("gto4j-context-" + std::to_string(::getpid()) + ".gguf");
    ASSERT_OK(gto_draft_save(copy, path.c_str(), "F32"));
    ASSERT_OK(gto_draft_load(tiny.target, path.c_str(), &loaded));
    const draft_ptr again(loaded, gto_draft_free);
    std::filesystem::remove(path);
    for (const gto_draft * draft : {copy, loaded}) {
        EXPECT_TRUE(gto_draft_context_vocabulary(draft, &offset, &bonus));
        EXPECT_EQ(offset, 1.25f);
        EXPECT_EQ(bonus, 0.5f);
    }
    expect_same_bits(roots(session(loaded), {length - 2}), roots(session(tiny.draft), {length - 2}));
    ASSERT_OK(gto_draft_set_context_vocabulary(loaded, false, 0, 0));
    EXPECT_FALSE(gto_draft_context_vocabulary(loaded, nullptr, nullptr));
}

TEST_F(ContextVocabulary, refuses_what_it_cannot_do) {
    EXPECT_EQ(gto_draft_set_context_vocabulary(nullptr, true, 0, 0), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_draft_set_context_vocabulary(tiny.draft, true, NAN, 0), GTO_E_ARGUMENT);
    EXPECT_NE(std::string(gto_last_error()).find("offset"), std::string::npos) << gto_last_error();
    EXPECT_EQ(gto_draft_set_context_vocabulary(tiny.draft, true, 0, INFINITY), GTO_E_ARGUMENT);
    EXPECT_NE(std::string(gto_last_error()).find("bigram bonus"), std::string::npos) << gto_last_error();
    EXPECT_FALSE(gto_draft_context_vocabulary(tiny.draft, nullptr, nullptr));
    const published_net wide = {"wide", 0, 48, 4, 2, 8, 64, GTO_TYPE_F16};
    const tiny_draft other(wide);
    EXPECT_EQ(gto_draft_set_context_vocabulary(other.draft, true, 0, 0), GTO_E_FORMAT);
    EXPECT_NE(std::string(gto_last_error()).find("width 48"), std::string::npos) << gto_last_error();
}

} // namespace
