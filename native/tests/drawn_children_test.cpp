// Drawn children: the rule's law in exact sums, what is drawn, and the walk on a tiny target.
#include "support/handles.h"
#include "target/drawn_rule.h"

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <vector>

using namespace gto_test;

namespace {

// ---- the rule ----

// A node: p over all tokens, of which some have none; q over the draft's tokens without the fixed ones.
struct random_node {
    random_node(std::mt19937 & random, int32_t n_vocab, int32_t n_fixed) : q(n_vocab) {
        std::exponential_distribution<double> weight;
        double sum_p = 0, sum_q = 0;
        for (int32_t v = 0; v < n_vocab; v++) {
            if (random() % 4 == 0 && v > 0) continue;
            p.push_back({v, weight(random)});
            sum_p += p.back().p;
        }
        std::shuffle(p.begin(), p.end(), random); // a chain may leave them in any order
        while ((int32_t) fixed.size() < n_fixed) fixed.insert((int32_t) (random() % n_vocab));
        for (int32_t v = 0; v < n_vocab; v++) {
            if (!fixed.count(v) && random() % 5 != 0) sum_q += q[v] = weight(random);
        }
        for (gto::token_probability & t : p) t.p /= sum_p;
        rest = sum_q;
        for (double & x : q) x /= sum_q > 0 ? sum_q : 1;
    }
    std::vector<gto::token_probability> p;
    std::vector<double> q;
    std::set<int32_t> fixed;
    double rest;
};

// The law of the token over all draws and all numbers in [0, 1), by decide() itself in the middle of each interval in
// which it can't change.
std::vector<double> law_of_decide(const random_node & node) {
    std::vector<double> law(node.q.size());
    const auto q = [&](int32_t v) { return node.q[v]; };
    for (int32_t x = 0; x < (int32_t) node.q.size(); x++) {
        if (node.q[x] == 0) continue;
        double p_x = 0, rest = 0;
        for (const auto & t : node.p) {
            if (t.token == x) p_x = t.p;
            rest += gto::residual(t.p, q(t.token));
        }
        const double a = gto::acceptance(p_x, node.q[x]);
        if (a > 0) law[gto::decide(node.p, q, x, a / 2, 0.5)] += node.q[x] * a;
        double from = 0;
        for (const auto & t : node.p) {
            const double to = from + gto::residual(t.p, q(t.token)) / rest;
            if (a < 1 && to > from) {
                law[gto::decide(node.p, q, x, (1 + a) / 2, (from + to) / 2)] += node.q[x] * (1 - a) * (to - from);
            }
            from = to;
        }
    }
    return law;
}

using formula = std::function<double(double, double)>;

// The same by formulas, so that wrong ones can be tried.
std::vector<double> law_of(const random_node & node, const formula & acceptance, const formula & residual) {
    std::vector<double> law(node.q.size());
    for (int32_t x = 0; x < (int32_t) node.q.size(); x++) {
        if (node.q[x] == 0) continue;
        double p_x = 0, rest = 0;
        for (const auto & t : node.p) {
            if (t.token == x) p_x = t.p;
            rest += residual(t.p, node.q[t.token]);
        }
        const double a = acceptance(p_x, node.q[x]);
        law[x] += node.q[x] * a;
        for (const auto & t : node.p) law[t.token] += node.q[x] * (1 - a) * residual(t.p, node.q[t.token]) / rest;
    }
    return law;
}

double farthest(const random_node & node, std::vector<double> law) {
    for (const auto & t : node.p) law[t.token] -= t.p;
    double worst = 0;
    for (double d : law) worst = std::max(worst, std::abs(d));
    return worst;
}

std::vector<random_node> random_nodes() {
    std::mt19937 random(7);
    std::vector<random_node> nodes;
    while (nodes.size() < 400) {
        const int32_t n_vocab = 2 + (int32_t) (random() % 11);
        random_node node(random, n_vocab, (int32_t) (random() % n_vocab));
        if (node.rest > 0) nodes.push_back(node);
    }
    return nodes;
}

TEST(drawn_rule, its_law_is_the_targets) {
    for (const random_node & node : random_nodes()) {
        ASSERT_LT(farthest(node, law_of_decide(node)), 1e-12);
        ASSERT_LT(farthest(node, law_of(node, gto::acceptance, gto::residual)), 1e-12);
    }
}

// What is in the tree: the fixed children's p, and the overlap of the rest.
TEST(drawn_rule, accepts_the_fixed_mass_and_the_overlap) {
    for (const random_node & node : random_nodes()) {
        double accepted = 0, expected = 0;
        for (int32_t x = 0; x < (int32_t) node.q.size(); x++) {
            if (node.q[x] == 0) continue;
            double p_x = 0, rest = 0, fixed = 0;
            for (const auto & t : node.p) {
                const double r = gto::residual(t.p, node.q[t.token]);
                if (t.token == x) p_x = t.p;
                if (node.fixed.count(t.token)) fixed += r;
                rest += r;
            }
            const double a = gto::acceptance(p_x, node.q[x]);
            accepted += node.q[x] * (a + (a < 1 ? (1 - a) * fixed / rest : 0));
        }
        for (const auto & t : node.p) expected += node.fixed.count(t.token) ? t.p : std::min(t.p, node.q[t.token]);
        ASSERT_NEAR(accepted, expected, 1e-12);
    }
}

TEST(drawn_rule, wrong_rules_are_seen) {
    int32_t unnormalised = 0, whole = 0, always = 0, n = 0;
    for (const random_node & node : random_nodes()) {
        if (node.p.size() < 3) continue;
        n++;
        const double rest = 0.6; // q without the fixed children, not renormalised
        unnormalised += farthest(node, law_of(
                                           node, [=](double p, double q) { return gto::acceptance(p, q * rest); },
                                           gto::residual)) > 1e-6;
        whole += farthest(node, law_of(node, gto::acceptance, [](double p, double) { return p; })) > 1e-6;
        always += farthest(node, law_of(
                                     node, [](double, double) { return 1.0; }, gto::residual)) > 1e-6;
    }
    EXPECT_GT(unnormalised, n * 9 / 10);
    EXPECT_GT(whole, n * 9 / 10);
    EXPECT_GT(always, n * 9 / 10);
}

TEST(drawn_rule, never_picks_what_has_no_weight) {
    const std::vector<double> weights = {0, 1, 0, 2, 0};
    std::map<int64_t, int32_t> seen;
    for (double u : {0.0, 0.2, 0.34, 0.9, std::nextafter(1.0, 0.0)}) {
        seen[gto::pick(5, 3.0, u, [&](int64_t i) { return weights[i]; })]++;
    }
    EXPECT_EQ(seen, (std::map<int64_t, int32_t>{{1, 2}, {3, 3}}));
    EXPECT_EQ(-1, gto::pick(3, 0.0, 0.5, [](int64_t) { return 0.0; }));
}

// ---- draws and walks ----

constexpr int32_t n_vocab = 14, n_draft = 9, begin_token = 12;
const std::vector<int32_t> draft_vocabulary = {0, 1, 2, 4, 5, 7, 8, 10, 11};
const std::vector<int32_t> prompt = {begin_token, 3, 5, 1};

tiny_options small() {
    tiny_options options;
    options.vocab = n_vocab;
    options.scale = 1.0f;
    return options;
}

handle<gto_drawn_children> open_drawn(const tiny & model, uint32_t seed, float temperature = 1) {
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

double chi_square(const std::vector<double> & p, const std::map<int32_t, int32_t> & counts, int32_t n) {
    double chi = 0, rare_p = 0, rare = 0;
    for (int32_t v = 0; v < (int32_t) p.size(); v++) {
        const double count = counts.count(v) ? counts.at(v) : 0;
        if (p[v] * n < 5) {
            rare_p += p[v];
            rare += count;
        } else {
            chi += (count - p[v] * n) * (count - p[v] * n) / (p[v] * n);
        }
    }
    return rare_p * n >= 1 ? chi + (rare - rare_p * n) * (rare - rare_p * n) / (rare_p * n) : rare > 5 ? 1e9 : chi;
}

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

struct walk {
    std::vector<int32_t> said; // accepted tokens and the target's own
};

// A tree of depth 2: the root's m best children and a drawn one, and below each of them one fixed and a drawn one.
struct drawn_tree {
    std::vector<int32_t> tokens, parents, draws;
    void add(int32_t token, int32_t parent, int32_t draw) {
        tokens.push_back(token);
        parents.push_back(parent);
        draws.push_back(draw);
    }
};

drawn_tree grow(DrawnChildren & test, const handle<gto_drawn_children> & drawn, int32_t m) {
    EXPECT_OK(gto_drawn_children_clear(drawn.get()));
    EXPECT_OK(gto_draft_session_truncate(test.drafts.get(), test.position));
    drawn_tree t;
    std::vector<int32_t> level = test.best(std::max(1, m));
    level.resize(m);
    const int32_t x = test.draw(drawn, test.position - 1, level);
    for (int32_t token : level) t.add(token, -1, -1);
    t.add(x, -1, 0);
    level.push_back(x);
    const int32_t n = (int32_t) level.size();
    const std::vector<int32_t> parents(n, -test.position);
    std::vector<int32_t> below(n);
    std::vector<float> log_probs(n);
    int32_t first = -1;
    EXPECT_OK(gto_draft_session_expand(test.drafts.get(), n, parents.data(), level.data(), 1, below.data(),
                                       log_probs.data(), nullptr, nullptr, &first));
    for (int32_t i = 0; i < n; i++) {
        t.add(below[i], i, -1);
        const int32_t number = gto_drawn_children_count(drawn.get());
        t.add(test.draw(drawn, -1 - (first + i), {below[i]}), i, number);
    }
    return t;
}

walk verify(DrawnChildren & test, const drawn_tree & t, const handle<gto_sampler> & sampler,
            const handle<gto_drawn_children> & drawn) {
    const int32_t seq = 0, root = test.root(), begins[] = {0, (int32_t) t.tokens.size()};
    gto_sampler * const samplers[] = {sampler.get()};
    gto_drawn_children * const draws[] = {drawn.get()};
    std::vector<int32_t> path(t.tokens.size());
    int32_t accepted = -1, next = -2;
    gto_status status = -1;
    EXPECT_OK(gto_session_verify_many(test.session.get(), 1, &seq, &test.position, &root, begins, t.tokens.data(),
                                      t.parents.data(), samplers, nullptr, t.draws.data(), draws, path.data(),
                                      &accepted, &next, &status));
    EXPECT_OK(status);
    EXPECT_OK(gto_session_remove(test.session.get(), 0, test.position, -1));
    walk w;
    for (int32_t i = 0; i < accepted; i++) w.said.push_back(t.tokens[path[i]]);
    if (next >= 0) w.said.push_back(next);
    return w;
}

// 14 tokens: the 0.001 quantile of 13 degrees of freedom is 34.5.
TEST_F(DrawnChildren, leave_the_targets_law) {
    for (const int32_t m : {0, 2}) {
        for (const float temperature : {1.0f, 0.7f}) {
            gto_sampler_options options = gto_sampler_options_default();
            options.temperature = temperature;
            options.seed = 5;
            auto sampler = open_sampler(model.target, options);
            auto drawn = open_drawn(model, 5, temperature);
            std::map<int32_t, int32_t> first;
            std::map<int32_t, std::map<int32_t, int32_t>> second;
            const int32_t n = test_device_name() ? 200 : 15000; // devices that tests make are slow
            int32_t in_tree = 0;
            for (int32_t i = 0; i < n; i++) {
                const walk w = verify(*this, grow(*this, drawn, m), sampler, drawn);
                first[w.said[0]]++;
                if (w.said.size() > 1) second[w.said[0]][w.said[1]]++, in_tree++;
            }
            EXPECT_LT(chi_square(target_distribution({}, temperature), first, n), 34.5) << m << " fixed";
            EXPECT_GT(in_tree, n / 20);
            for (const auto & [token, counts] : second) {
                int32_t sum = 0;
                for (const auto & [next, count] : counts) sum += count;
                if (sum < 500) continue;
                EXPECT_LT(chi_square(target_distribution({token}, temperature), counts, sum), 34.5)
                    << m << " fixed, after " << token;
            }
        }
    }
}

// A greedy sampler's text is the greedy text, whatever was drawn.
TEST_F(DrawnChildren, change_no_greedy_text) {
    auto greedy = open_sampler(model.target, gto_sampler_options_default());
    gto_sampler_options biased = gto_sampler_options_default();
    const int32_t token = 2;
    const float bias = 100;
    biased.n_bias = 1;
    biased.bias_tokens = &token;
    biased.bias = &bias;
    auto other = open_sampler(model.target, biased);
    const std::vector<double> p = target_distribution({}, 1);
    const int32_t argmax = (int32_t) (std::max_element(p.begin(), p.end()) - p.begin());
    auto drawn = open_drawn(model, 1);
    for (int32_t i = 0; i < 100; i++) {
        const drawn_tree t = grow(*this, drawn, i % 3);
        EXPECT_EQ(argmax, verify(*this, t, greedy, drawn).said[0]);
        EXPECT_EQ(token, verify(*this, t, other, drawn).said[0]);
    }
}

TEST_F(DrawnChildren, are_repeatable) {
    const auto text = [&](uint32_t seed) {
        gto_sampler_options options = gto_sampler_options_default();
        options.temperature = 1;
        options.seed = 9;
        auto sampler = open_sampler(model.target, options);
        auto drawn = open_drawn(model, seed);
        std::vector<int32_t> said;
        for (int32_t i = 0; i < 50; i++) {
            for (int32_t token : verify(*this, grow(*this, drawn, 1), sampler, drawn).said) said.push_back(token);
        }
        return said;
    };
    EXPECT_EQ(text(1), text(1));
    EXPECT_NE(text(1), text(2));
}

TEST_F(DrawnChildren, must_be_those_of_the_tree) {
    auto drawn = open_drawn(model, 4);
    gto_sampler_options options = gto_sampler_options_default();
    options.temperature = 1;
    auto sampler = open_sampler(model.target, options);
    const drawn_tree good = grow(*this, drawn, 2); // nodes 0, 1 and, drawn, 2
    const auto status_of = [&](const drawn_tree & t, gto_drawn_children * with) {
        const int32_t seq = 0, root_token = root(), begins[] = {0, (int32_t) t.tokens.size()};
        gto_sampler * const samplers[] = {sampler.get()};
        std::vector<int32_t> path(t.tokens.size());
        int32_t accepted, next;
        gto_status of_request;
        const gto_status status = gto_session_verify_many(
            session.get(), 1, &seq, &position, &root_token, begins, t.tokens.data(), t.parents.data(), samplers,
            nullptr, t.draws.data(), &with, path.data(), &accepted, &next, &of_request);
        EXPECT_OK(gto_session_remove(session.get(), 0, position, -1));
        return status;
    };
    EXPECT_OK(status_of(good, drawn.get()));
    EXPECT_EQ(GTO_E_ARGUMENT, status_of(good, nullptr)) << "no draws";
    const auto refused = [&](const char * what, const std::function<void(drawn_tree &)> & change) {
        drawn_tree bad = good;
        change(bad);
        EXPECT_EQ(GTO_E_ARGUMENT, status_of(bad, drawn.get())) << what;
    };
    refused("no such draw", [](drawn_tree & t) { t.draws[2] = 100; });
    refused("a negative draw", [](drawn_tree & t) { t.draws[2] = -2; });
    refused("another draw's token", [&](drawn_tree & t) { t.tokens[2] = 13; });
    refused("one draw twice", [](drawn_tree & t) { t.add(t.tokens[2], 0, 0); });
    refused("a fixed child that could have been drawn", [&](drawn_tree & t) {
        for (int32_t token : draft_vocabulary) {
            if (!std::count(t.tokens.begin(), t.tokens.begin() + 3, token)) return t.add(token, -1, -1);
        }
    });
    EXPECT_OK(status_of({{13}, {-1}, {-1}}, nullptr)) << "no drawn children";
    EXPECT_OK(status_of({{good.tokens[2]}, {-1}, {-1}}, drawn.get())) << "the child, as a fixed one";
    EXPECT_OK(status_of({{good.tokens[2], 13}, {-1, -1}, {0, -1}}, drawn.get())) << "fixed, outside the draft";
    auto two = open_drawn(model, 4);
    drawn_tree twice;
    const int32_t first_token = draw(two, position - 1, {});
    twice.add(first_token, -1, 0);
    twice.add(draw(two, position - 1, {first_token}), -1, 1);
    EXPECT_EQ(GTO_E_ARGUMENT, status_of(twice, two.get())) << "two drawn children of one node";
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
