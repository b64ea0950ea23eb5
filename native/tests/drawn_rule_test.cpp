// The rule of drawn children: its law in exact sums.
#include "target/drawn_rule.h"

#include "gtest/gtest.h"

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace {

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

} // namespace
