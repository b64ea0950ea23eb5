// Drawn children in trees: whole walks leave the target's law, and what isn't such a tree is refused.
#include "support/drawn_children.h"

#include <functional>

using namespace gto_test;

namespace {

// Of depth 2: the root's m best children and a drawn one, and below each of them one fixed and a drawn one.
struct drawn_tree {
    std::vector<int32_t> tokens, parents, draws;
    void add(int32_t token, int32_t parent, int32_t draw) {
        tokens.push_back(token);
        parents.push_back(parent);
        draws.push_back(draw);
    }
};

struct DrawnWalk : DrawnChildren {
    drawn_tree grow(const handle<gto_drawn_children> & drawn, int32_t m) {
        EXPECT_OK(gto_drawn_children_clear(drawn.get()));
        EXPECT_OK(gto_draft_session_truncate(drafts.get(), position));
        drawn_tree t;
        std::vector<int32_t> level = best(std::max(1, m));
        level.resize(m);
        const int32_t x = draw(drawn, position - 1, level);
        for (int32_t token : level) t.add(token, -1, -1);
        t.add(x, -1, 0);
        level.push_back(x);
        const int32_t n = (int32_t) level.size();
        const std::vector<int32_t> parents(n, -position);
        std::vector<int32_t> below(n);
        std::vector<float> log_probs(n);
        int32_t first = -1;
        EXPECT_OK(gto_draft_session_expand(drafts.get(), n, parents.data(), level.data(), 1, below.data(),
                                           log_probs.data(), nullptr, nullptr, &first));
        for (int32_t i = 0; i < n; i++) {
            t.add(below[i], i, -1);
            const int32_t number = gto_drawn_children_count(drawn.get());
            t.add(draw(drawn, -1 - (first + i), {below[i]}), i, number);
        }
        return t;
    }

    struct answer {
        gto_status status = GTO_OK, of_request = GTO_OK;
        std::vector<int32_t> said; // accepted tokens and the target's own; none if it was refused
    };
    answer ask(const drawn_tree & t, const handle<gto_sampler> & sampler, gto_drawn_children * with) {
        const int32_t seq = 0, from = root(), begins[] = {0, (int32_t) t.tokens.size()};
        gto_sampler * const samplers[] = {sampler.get()};
        std::vector<int32_t> path(t.tokens.size());
        int32_t accepted = 0, next = -1;
        answer a;
        a.status = gto_session_verify_many(session.get(), 1, &seq, &position, &from, begins, t.tokens.data(),
                                           t.parents.data(), samplers, nullptr, t.draws.data(), &with, path.data(),
                                           &accepted, &next, &a.of_request);
        EXPECT_OK(gto_session_remove(session.get(), 0, position, -1));
        if (a.status != GTO_OK) return a;
        for (int32_t i = 0; i < accepted; i++) a.said.push_back(t.tokens[path[i]]);
        if (next >= 0) a.said.push_back(next);
        return a;
    }
    std::vector<int32_t> verify(const drawn_tree & t, const handle<gto_sampler> & sampler,
                                const handle<gto_drawn_children> & drawn) {
        const answer a = ask(t, sampler, drawn.get());
        EXPECT_OK(a.status);
        EXPECT_OK(a.of_request);
        return a.said;
    }
};

// 14 tokens: the 0.001 quantile of 13 degrees of freedom is 34.5.
TEST_F(DrawnWalk, leaves_the_targets_law) {
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
                const std::vector<int32_t> said = verify(grow(drawn, m), sampler, drawn);
                first[said[0]]++;
                if (said.size() > 1) second[said[0]][said[1]]++, in_tree++;
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
TEST_F(DrawnWalk, changes_no_greedy_text) {
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
        const drawn_tree t = grow(drawn, i % 3);
        EXPECT_EQ(argmax, verify(t, greedy, drawn)[0]);
        EXPECT_EQ(token, verify(t, other, drawn)[0]);
    }
}

TEST_F(DrawnWalk, is_repeatable) {
    const auto text = [&](uint32_t seed) {
        gto_sampler_options options = gto_sampler_options_default();
        options.temperature = 1;
        options.seed = 9;
        auto sampler = open_sampler(model.target, options);
        auto drawn = open_drawn(model, seed);
        std::vector<int32_t> said;
        for (int32_t i = 0; i < 50; i++) {
            for (int32_t token : verify(grow(drawn, 1), sampler, drawn)) said.push_back(token);
        }
        return said;
    };
    EXPECT_EQ(text(1), text(1));
    EXPECT_NE(text(1), text(2));
}

TEST_F(DrawnWalk, takes_the_draws_of_its_tree_alone) {
    auto drawn = open_drawn(model, 4);
    gto_sampler_options options = gto_sampler_options_default();
    options.temperature = 1;
    auto sampler = open_sampler(model.target, options);
    const drawn_tree good = grow(drawn, 2); // nodes 0, 1 and, drawn, 2
    const auto status_of = [&](const drawn_tree & t, gto_drawn_children * with) {
        return ask(t, sampler, with).status;
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

} // namespace
