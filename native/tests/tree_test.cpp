// Rewards and walks of random trees against brute force, and the paper's Lemma 1 and Theorem 1 as properties.
#include "gto4j/tree.h"
#include "support/lanes.h"
#include "tree/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

using namespace gto;

namespace {

constexpr int32_t n_random_trees = 10000;

struct tree {
    std::vector<int32_t> parents, tokens;
    std::vector<float> p; // siblings sum to at most 1

    int32_t size() const { return (int32_t) parents.size(); }
    std::vector<int32_t> children(int32_t node) const {
        std::vector<int32_t> list;
        for (int32_t i = node + 1; i < size(); ++i) {
            if (parents[i] == node) list.push_back(i);
        }
        return list;
    }
};

// 1..60 nodes, at most 8 deep, siblings with different tokens, some of probability 0, and some groups of siblings that
// leave no rest.
tree random_tree(std::mt19937 & random) {
    const auto integer = [&](int32_t low, int32_t high) {
        return std::uniform_int_distribution<int32_t>(low, high)(random);
    };
    std::uniform_real_distribution<float> unit(0.0f, 1.0f);
    tree t;
    const int32_t n = integer(1, 60);
    const int32_t reach = integer(1, 60); // 1 gives a chain, 60 a bush
    std::vector<int32_t> depth, siblings(n + 1);
    while (t.size() < n) {
        const int32_t parent = std::max(-1, t.size() - integer(1, reach));
        const int32_t level = parent < 0 ? 1 : depth[parent] + 1;
        if (level > 8) {
            t.parents.push_back(-1);
            depth.push_back(1);
        } else {
            t.parents.push_back(parent);
            depth.push_back(level);
        }
        t.tokens.push_back(siblings[t.parents.back() + 1]++ * 7 + 3);
    }
    t.p.assign(n, 0.0f);
    for (int32_t node = -1; node < n; ++node) {
        float sum = integer(0, 3) ? unit(random) : 0.0f;
        const std::vector<int32_t> list = t.children(node);
        for (const int32_t i : list) sum += t.p[i] = integer(0, 15) ? unit(random) * unit(random) : 0.0f;
        for (const int32_t i : list) t.p[i] = sum > 0.0f ? 0.9999f * t.p[i] / sum : 0.0f;
    }
    return t;
}

// The L of every leaf, by descending from the root.
std::vector<double> leaf_gains(const tree & t) {
    std::vector<double> gains;
    std::function<void(int32_t, double, double)> descend = [&](int32_t node, double product, double gain) {
        const std::vector<int32_t> list = t.children(node);
        if (list.empty()) gains.push_back(gain);
        for (const int32_t i : list) descend(i, product * t.p[i], gain + product * t.p[i]);
    };
    descend(-1, 1.0, 0.0);
    return gains;
}

// Sum over all outcomes of a walk of P(it ends there) * length; *total becomes the sum of the probabilities.
double expected_length_by_outcomes(const tree & t, double * total) {
    double expected = 0.0;
    *total = 0.0;
    std::function<void(int32_t, double, int32_t)> descend = [&](int32_t node, double reached, int32_t length) {
        double stops = 1.0;
        for (const int32_t i : t.children(node)) {
            stops -= t.p[i];
            descend(i, reached * t.p[i], length + 1);
        }
        expected += reached * stops * length;
        *total += reached * stops;
    };
    descend(-1, 1.0, 0);
    return expected;
}

// Accepted nodes expected below `node`: a child is accepted with its probability and then counts 1 and what lies below
// it.
double expected_length_by_recursion(const tree & t, int32_t node) {
    double expected = 0.0;
    for (const int32_t i : t.children(node)) expected += t.p[i] * (1.0 + expected_length_by_recursion(t, i));
    return expected;
}

double reward(const tree & t, int32_t kind, double eta = 1.0) {
    return tree_reward(host_group{}, kind, eta, t.size(), t.parents.data(), t.p.data());
}

double leaf_count(const tree & t) { return (double) leaf_gains(t).size(); }

struct naive_walk {
    std::vector<int32_t> path;
    naive_walk(const tree & t, const int32_t * drawn) {
        int32_t node = -1;
        for (bool found = true; found;) {
            found = false;
            for (const int32_t i : t.children(node)) {
                if (t.tokens[i] == drawn[1 + node]) {
                    path.push_back(node = i);
                    found = true;
                    break;
                }
            }
        }
    }
};

// A target at T=0: its token after each node, a child's or one that no child holds. The tree's probabilities become 0
// and 1.
std::vector<int32_t> make_greedy(tree & t, std::mt19937 & random) {
    std::vector<int32_t> drawn(t.size() + 1, 1);
    for (int32_t node = -1; node < t.size(); ++node) {
        const std::vector<int32_t> list = t.children(node);
        if (list.empty() || random() % 5 == 0) continue;
        drawn[1 + node] = t.tokens[list[random() % list.size()]];
    }
    for (int32_t i = 0; i < t.size(); ++i) t.p[i] = t.tokens[i] == drawn[1 + t.parents[i]] ? 1.0f : 0.0f;
    return drawn;
}

// Many trees as one call of the C API.
struct forest {
    std::vector<int32_t> begin = {0}, parents, tokens;
    std::vector<float> p;

    void add(const tree & t) {
        parents.insert(parents.end(), t.parents.begin(), t.parents.end());
        tokens.insert(tokens.end(), t.tokens.begin(), t.tokens.end());
        p.insert(p.end(), t.p.begin(), t.p.end());
        begin.push_back((int32_t) parents.size());
    }
    int32_t size() const { return (int32_t) begin.size() - 1; }
    gto_status rewards(gto_device * device, int32_t kind, float eta, std::vector<float> & out) const {
        out.assign(size(), -1.0f);
        return gto_tree_rewards(device, kind, eta, size(), begin.data(), parents.data(), p.data(), out.data());
    }
};

} // namespace

TEST(Reward, AgreesWithEnumerationOfTheLeaves) {
    std::mt19937 random(1);
    std::vector<tree> trees;
    forest all;
    for (int32_t i = 0; i < n_random_trees; ++i) {
        trees.push_back(random_tree(random));
        all.add(trees.back());
    }
    for (const float eta : {0.25f, 1.0f, 300.0f}) {
        std::vector<float> lse;
        ASSERT_EQ(all.rewards(nullptr, GTO_REWARD_LSE, eta, lse), GTO_OK) << gto_last_error();
        for (int32_t i = 0; i < n_random_trees; ++i) {
            const std::vector<double> gains = leaf_gains(trees[i]);
            const double top = *std::max_element(gains.begin(), gains.end());
            double sum = 0.0;
            for (const double gain : gains) sum += std::exp(eta * (gain - top));
            ASSERT_NEAR(lse[i], top + std::log(sum) / eta, 2e-6) << "tree " << i << ", eta " << eta;
        }
    }
    std::vector<float> max, mean;
    ASSERT_EQ(all.rewards(nullptr, GTO_REWARD_MAX, 0.0f, max), GTO_OK) << gto_last_error();
    ASSERT_EQ(all.rewards(nullptr, GTO_REWARD_MEAN, 0.0f, mean), GTO_OK) << gto_last_error();
    for (int32_t i = 0; i < n_random_trees; ++i) {
        const std::vector<double> gains = leaf_gains(trees[i]);
        double sum = 0.0;
        for (const double gain : gains) sum += gain;
        ASSERT_NEAR(max[i], *std::max_element(gains.begin(), gains.end()), 1e-6) << "tree " << i;
        ASSERT_NEAR(mean[i], sum / (double) gains.size(), 1e-6) << "tree " << i;
    }
}

TEST(Reward, ExactIsTheExpectedAcceptedLength) {
    std::mt19937 random(2);
    for (int32_t i = 0; i < n_random_trees; ++i) {
        const tree t = random_tree(random);
        double total;
        const double by_outcomes = expected_length_by_outcomes(t, &total);
        ASSERT_NEAR(total, 1.0, 1e-9) << "tree " << i;
        ASSERT_NEAR(reward(t, GTO_REWARD_EXACT), by_outcomes, 1e-9) << "tree " << i;
        ASSERT_NEAR(reward(t, GTO_REWARD_EXACT), expected_length_by_recursion(t, -1), 1e-9) << "tree " << i;
    }
}

TEST(Reward, SeveralLanesAndAPoolAgreeWithOneThread) {
    std::mt19937 random(3);
    forest all;
    for (int32_t i = 0; i < 50; ++i) all.add(random_tree(random));
    all.add({}); // an empty tree has reward 0
    gto_device * device = nullptr;
    ASSERT_EQ(gto_device_open("CPU", 2, &device), GTO_OK) << gto_last_error();
    for (const int32_t kind : {GTO_REWARD_LSE, GTO_REWARD_MAX, GTO_REWARD_MEAN, GTO_REWARD_EXACT}) {
        std::vector<float> serial, pool, lanes(all.size(), -1.0f);
        ASSERT_EQ(all.rewards(nullptr, kind, 2.0f, serial), GTO_OK) << gto_last_error();
        ASSERT_EQ(all.rewards(device, kind, 2.0f, pool), GTO_OK) << gto_last_error();
        const reward_batch batch{kind, 2.0f, all.begin.data(), all.parents.data(), all.p.data(), lanes.data()};
        on_lanes(4, [&](lane_group g) {
            for (int32_t i = 0; i < all.size(); ++i) batch(g, i);
        });
        EXPECT_EQ(serial, pool);
        EXPECT_EQ(serial.back(), 0.0f);
        for (int32_t i = 0; i < all.size(); ++i) EXPECT_NEAR(lanes[i], serial[i], 1e-6f) << "tree " << i;
    }
    gto_device_free(device);
}

// Lemma 1 (T > 0), for one tree whose nodes' probabilities rise. d r / d p_j and d E / d p_j are both the path product
// above j times a positive factor (the leaves below j have weights exp(eta L) > 0 in r; every node below j counts in
// E). So whatever set of nodes rises, r rises strictly if and only if E[len] does, namely if one of them can be
// reached. (Between trees of different shape r and E may move apart, because r also counts leaves: the next test has
// the bound that holds there.)
TEST(Lemma1, RewardRisesIffExpectedLengthRises) {
    std::mt19937 random(4);
    std::uniform_real_distribution<float> unit(0.0f, 1.0f);
    int32_t rises = 0, stays = 0;
    for (int32_t i = 0; i < n_random_trees; ++i) {
        const tree before = random_tree(random);
        tree after = before;
        const int32_t wanted = 1 + (int32_t) (random() % 3);
        bool reachable = false;
        for (int32_t k = 0; k < wanted; ++k) {
            const int32_t j = (int32_t) (random() % before.size());
            float rest = 1.0f;
            for (const int32_t sibling : before.children(before.parents[j])) rest -= after.p[sibling];
            if (rest < 1e-3f) continue;
            after.p[j] += rest * (0.1f + 0.8f * unit(random));
        }
        for (int32_t j = 0; j < after.size(); ++j) {
            reachable |= after.p[j] > before.p[j] && path_product(after.parents.data(), after.p.data(), j) > 0.0;
        }
        for (const double eta : {0.5, 1.0, 4.0}) {
            const double r = reward(before, GTO_REWARD_LSE, eta), r_after = reward(after, GTO_REWARD_LSE, eta);
            double total;
            const double length = expected_length_by_outcomes(before, &total),
                         length_after = expected_length_by_outcomes(after, &total);
            // A rise below this can't be told from rounding.
            constexpr double visible = 1e-12;
            ASSERT_GE(r_after, r - visible) << "tree " << i;
            ASSERT_GE(length_after, length - visible) << "tree " << i;
            ASSERT_EQ(r_after > r + visible, length_after > length + visible)
                << "tree " << i << ": r " << r_after - r << ", E " << length_after - length;
            ASSERT_TRUE(reachable || length_after <= length + visible) << "tree " << i;
            ++(length_after > length + visible ? rises : stays);
        }
    }
    EXPECT_GT(rises, n_random_trees);
    EXPECT_GT(stays, n_random_trees / 100);
}

// What eq. 3-5 say between any two trees at T > 0: max L <= r <= max L + (1/eta) log N, and max L <= E[len] (the best
// path's nodes are some of all nodes). Hence r' - (1/eta) log N' > E[len] implies E'[len] > E[len].
TEST(Lemma1, RewardBoundsTheExpectedLengthOfAnyTwoTrees) {
    std::mt19937 random(5);
    int32_t implied = 0;
    for (int32_t i = 0; i < n_random_trees; ++i) {
        const tree a = random_tree(random), b = random_tree(random);
        for (const double eta : {1.0, 8.0}) {
            const double r = reward(b, GTO_REWARD_LSE, eta), slack = std::log(leaf_count(b)) / eta,
                         top = reward(b, GTO_REWARD_MAX);
            double total;
            const double length_a = expected_length_by_outcomes(a, &total),
                         length_b = expected_length_by_outcomes(b, &total);
            ASSERT_LE(top, r + 1e-12);
            ASSERT_LE(r, top + slack + 1e-12);
            ASSERT_LE(top, length_b + 1e-9);
            ASSERT_LE(reward(b, GTO_REWARD_MEAN), top + 1e-12);
            if (r - slack > length_a + 1e-9) {
                ASSERT_GT(length_b, length_a) << "pair " << i;
                ++implied;
            }
        }
    }
    EXPECT_GT(implied, n_random_trees / 100);
}

// Theorem 1 (T = 0). The target's probabilities are 0 and 1, so L of a path is the number of its nodes that greedy
// decoding accepts, and max L is the accepted length l. From l' >= r' - (1/eta) log N' (N' leaves): if r' - r > (1/eta)
// log N' - (r - l), then l' > l. For trees with the same number of leaves this is the paper's slack, (1/eta) log N - (r
// - max L). The condition is needed: pairs with r' > r and l' < l occur, and are counted.
TEST(Theorem1, GreedyLengthRisesOnceTheRewardExceedsTheSlack) {
    std::mt19937 random(6);
    int32_t implied = 0, misled = 0;
    for (int32_t i = 0; i < n_random_trees; ++i) {
        tree a = random_tree(random), b = random_tree(random);
        const std::vector<int32_t> drawn_a = make_greedy(a, random), drawn_b = make_greedy(b, random);
        const int32_t length_a = (int32_t) naive_walk(a, drawn_a.data()).path.size(),
                      length_b = (int32_t) naive_walk(b, drawn_b.data()).path.size();
        ASSERT_EQ(reward(a, GTO_REWARD_MAX), length_a) << "pair " << i;
        for (const double eta : {0.5, 1.0, 4.0}) {
            const double r_a = reward(a, GTO_REWARD_LSE, eta), r_b = reward(b, GTO_REWARD_LSE, eta);
            const double slack = std::log(leaf_count(b)) / eta - (r_a - length_a);
            if (r_b - r_a > slack + 1e-9) {
                ASSERT_GT(length_b, length_a) << "pair " << i << ", eta " << eta;
                ++implied;
            } else if (r_b > r_a && length_b < length_a) {
                ++misled;
            }
        }
    }
    EXPECT_GT(implied, n_random_trees / 10);
    EXPECT_GT(misled, 0);
}

TEST(Walk, AgreesWithTheNaiveWalk) {
    std::mt19937 random(7);
    forest all;
    std::vector<tree> trees;
    std::vector<int32_t> drawn;
    for (int32_t i = 0; i < n_random_trees; ++i) {
        trees.push_back(i == 17 ? tree{} : random_tree(random));
        const std::vector<int32_t> own = make_greedy(trees.back(), random);
        all.add(trees.back());
        drawn.insert(drawn.end(), own.begin(), own.end());
    }
    gto_device * device = nullptr;
    ASSERT_EQ(gto_device_open("CPU", 2, &device), GTO_OK) << gto_last_error();
    for (gto_device * on : {(gto_device *) nullptr, device}) {
        std::vector<int32_t> length(all.size(), -7), last(all.size(), -7);
        ASSERT_EQ(gto_tree_walks(on, all.size(), all.begin.data(), all.parents.data(), all.tokens.data(), drawn.data(),
                                 length.data(), last.data()),
                  GTO_OK)
            << gto_last_error();
        int32_t longest = 0;
        for (int32_t i = 0; i < all.size(); ++i) {
            const std::vector<int32_t> path = naive_walk(trees[i], &drawn[all.begin[i] + i]).path;
            ASSERT_EQ(length[i], path.size()) << "tree " << i;
            ASSERT_EQ(last[i], path.empty() ? -1 : path.back()) << "tree " << i;
            longest = std::max(longest, length[i]);
        }
        EXPECT_GE(longest, 5);
    }
    gto_device_free(device);

    std::vector<int32_t> length(50), last(50), shared_length(50), shared_last(50);
    const walk_batch serial{all.begin.data(), all.parents.data(), all.tokens.data(),
                            drawn.data(),     length.data(),      last.data()};
    const walk_batch shared{all.begin.data(), all.parents.data(),   all.tokens.data(),
                            drawn.data(),     shared_length.data(), shared_last.data()};
    for (int32_t i = 0; i < 50; ++i) serial(host_group{}, i);
    on_lanes(4, [&](lane_group g) {
        for (int32_t i = 0; i < 50; ++i) shared(g, i);
    });
    EXPECT_EQ(shared_length, length);
    EXPECT_EQ(shared_last, last);
}

// Walks whose target tokens are drawn with the tree's probabilities accept E[len] nodes on average.
TEST(Walk, MeanLengthOfSampledWalksIsTheExactReward) {
    constexpr int32_t n_trees = 10, n_walks = 20000;
    std::mt19937 random(8);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    for (int32_t i = 0; i < n_trees; ++i) {
        const tree t = random_tree(random);
        std::vector<std::vector<int32_t>> children;
        for (int32_t node = -1; node < t.size(); ++node) children.push_back(t.children(node));
        double sum = 0.0, squares = 0.0;
        std::vector<int32_t> drawn(t.size() + 1);
        const int32_t begin[2] = {0, t.size()};
        for (int32_t w = 0; w < n_walks; ++w) {
            for (int32_t row = 0; row <= t.size(); ++row) {
                double u = unit(random);
                drawn[row] = 1; // no child's token
                for (const int32_t child : children[row]) {
                    u -= t.p[child];
                    if (u < 0.0) {
                        drawn[row] = t.tokens[child];
                        break;
                    }
                }
            }
            int32_t length, last;
            ASSERT_EQ(
                gto_tree_walks(nullptr, 1, begin, t.parents.data(), t.tokens.data(), drawn.data(), &length, &last),
                GTO_OK);
            sum += length;
            squares += (double) length * length;
        }
        const double mean = sum / n_walks,
                     error = std::sqrt(std::max(1e-12, squares / n_walks - mean * mean) / n_walks);
        EXPECT_NEAR(mean, reward(t, GTO_REWARD_EXACT), 5.0 * error + 1e-9) << "tree " << i;
    }
}

TEST(TreeApi, RefusesBadArguments) {
    std::vector<int32_t> begin = {0, 2, 5}, parents = {-1, 0, -1, -1, 1}, tokens(5), drawn(7), length(2), last(2);
    std::vector<float> p(5, 0.5f), out(2);
    const auto rewards = [&](int32_t kind = GTO_REWARD_LSE, float eta = 1.0f) {
        return gto_tree_rewards(nullptr, kind, eta, 2, begin.data(), parents.data(), p.data(), out.data());
    };
    const auto walks = [&] {
        return gto_tree_walks(nullptr, 2, begin.data(), parents.data(), tokens.data(), drawn.data(), length.data(),
                              last.data());
    };
    EXPECT_EQ(rewards(), GTO_OK) << gto_last_error();
    EXPECT_EQ(walks(), GTO_OK) << gto_last_error();
    EXPECT_EQ(rewards(4), GTO_E_ARGUMENT);
    EXPECT_EQ(rewards(-1), GTO_E_ARGUMENT);
    for (const float eta : {0.0f, -1.0f, (float) NAN, INFINITY}) {
        EXPECT_EQ(rewards(GTO_REWARD_LSE, eta), GTO_E_ARGUMENT) << eta;
    }
    EXPECT_EQ(rewards(GTO_REWARD_EXACT, 0.0f), GTO_OK) << "eta belongs to LSE alone";

    for (const int32_t bad : {2, 3, -2}) {
        parents[4] = bad;
        EXPECT_EQ(rewards(), GTO_E_ARGUMENT) << bad;
        EXPECT_EQ(gto_last_error(), "tree 1, node 2: parent: expected -1..1, found " + std::to_string(bad));
        EXPECT_EQ(walks(), GTO_E_ARGUMENT) << bad;
    }
    parents[4] = 1;
    for (const float bad : {-0.1f, 1.1f, (float) NAN}) {
        p[3] = bad;
        EXPECT_EQ(rewards(), GTO_E_ARGUMENT) << bad;
        EXPECT_EQ(std::string(gto_last_error()).rfind("tree 1, node 1: probability: expected 0..1, found", 0), 0u)
            << gto_last_error();
    }
    p[3] = 0.5f;
    begin = {0, 6, 5};
    EXPECT_EQ(rewards(), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "tree 1: tree_begin[2]: expected at least 6, found 5");
    begin = {1, 2, 5};
    EXPECT_EQ(walks(), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "tree_begin[0]: expected 0, found 1");
    EXPECT_EQ(gto_tree_rewards(nullptr, GTO_REWARD_MAX, 1.0f, -1, nullptr, nullptr, nullptr, nullptr), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_tree_rewards(nullptr, GTO_REWARD_MAX, 1.0f, 0, nullptr, nullptr, nullptr, nullptr), GTO_OK);
    EXPECT_EQ(gto_tree_walks(nullptr, 1, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr), GTO_E_ARGUMENT);
}
