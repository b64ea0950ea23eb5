// Groups, the exponential, and the distribution of rows over threads.
#include "kernel/exponential.h"
#include "kernel/launch.h"
#include "support/lanes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>

using namespace gto;

namespace {

std::vector<float> normal(int32_t n, float scale, uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> draw(0.0f, scale);
    std::vector<float> v(n);
    for (float & x : v) x = draw(random);
    return v;
}

struct count_rows {
    std::vector<std::atomic<int32_t>> * visits;
    template <class Group> void operator()(Group, int32_t row) const { ++(*visits)[row]; }
};

} // namespace

TEST(Exponential, RelativeErrorIsBelowTwoUlp) {
    double worst = 0.0;
    for (float x = -87.6f; x < 88.0f; x += 0.00037f) {
        const double exact = std::exp((double) x);
        worst = std::max(worst, std::fabs(exponential(x) - exact) / exact);
    }
    EXPECT_LT(worst, 2.4e-7);
    EXPECT_EQ(exponential(0.0f), 1.0f);
}

TEST(Exponential, Extremes) {
    EXPECT_EQ(exponential(-88.0f), 0.0f);
    EXPECT_EQ(exponential(-1e30f), 0.0f);
    EXPECT_EQ(exponential(-INFINITY), 0.0f);
    EXPECT_EQ(exponential(1e30f), exponential(88.0f));
    EXPECT_TRUE(std::isfinite(exponential(INFINITY)));
    EXPECT_TRUE(std::isnan(exponential(NAN)));
    EXPECT_TRUE(std::isnan(exponential(-NAN)));
}

TEST(Group, SumsOfLongRowsKeepTheirPrecision) {
    // Equal positive terms are the worst case for a running float sum.
    for (const int32_t n : {1, 17, 1024, 150000}) {
        const double expected = 0.1f * (double) n;
        EXPECT_NEAR(sum_over(host_group{}, n, [](int32_t) { return 0.1f; }) / expected, 1.0, 1e-5) << n;
        const sums all = sum_terms(host_group{}, n, [](int32_t i) { return terms{0.1f, 1.0f, i % 2 ? -1.0f : 1.0f}; });
        EXPECT_NEAR(all.a / expected, 1.0, 1e-5) << n;
        EXPECT_EQ(all.b, n);
        EXPECT_EQ(all.c, n % 2);
        on_lanes(4, [&](lane_group g) {
            const double sum = sum_over(g, n, [](int32_t) { return 0.1f; });
            EXPECT_NEAR(sum / expected, 1.0, 1e-5) << n;
        });
    }
}

TEST(Group, LargestTakesTheLowestIndexOfTies) {
    for (const int32_t n : {1, 5, 1023, 1024, 1025, 5000}) {
        std::vector<float> v = normal(n, 1.0f, n);
        for (float & x : v) x = std::round(x * 4.0f); // many ties
        const auto expected = std::max_element(v.begin(), v.end());
        const int32_t index = (int32_t) (expected - v.begin());
        const best host = largest(host_group{}, v.data(), n);
        EXPECT_EQ(host.value, *expected);
        EXPECT_EQ(host.index, index);
        on_lanes(4, [&](lane_group g) {
            const best lane = largest(g, v.data(), n);
            EXPECT_EQ(lane.value, *expected);
            EXPECT_EQ(lane.index, index);
        });
    }
}

TEST(Group, LargestPassesOverNaN) {
    const std::vector<float> v = {NAN, 1.0f, NAN, 3.0f, 3.0f, -INFINITY};
    EXPECT_EQ(largest(host_group{}, v.data(), 6).index, 3);
    const std::vector<float> none = {NAN, NAN};
    EXPECT_EQ(largest(host_group{}, none.data(), 2).index, 0);
    const std::vector<float> low = {NAN, -INFINITY, -INFINITY};
    EXPECT_EQ(largest(host_group{}, low.data(), 3).index, 1);
}

TEST(Group, FirstAndCount) {
    for (const int32_t target : {0, 3, 4, 99, 100}) {
        const auto hit = [=](int32_t i) { return i >= target; };
        EXPECT_EQ(first(host_group{}, 0, 100, hit), target);
        EXPECT_EQ(count(host_group{}, 100, hit), 100 - target);
        on_lanes(4, [&](lane_group g) {
            EXPECT_EQ(first(g, 0, 100, hit), target);
            EXPECT_EQ(count(g, 100, hit), 100 - target);
        });
    }
    EXPECT_EQ(first(host_group{}, 7, 5, [](int32_t) { return true; }), 5);
}

TEST(Launch, EveryRowIsTakenOnce) {
    for (const int32_t n : {0, 1, 2, 7, 100}) {
        for (const int nth : {1, 2, 3, 8}) {
            std::vector<std::atomic<int32_t>> visits(n);
            for (int ith = 0; ith < nth; ++ith) run_rows(ith, nth, n, count_rows{&visits});
            for (const auto & v : visits) EXPECT_EQ(v.load(), 1) << n << " rows, " << nth << " threads";
        }
    }
}
