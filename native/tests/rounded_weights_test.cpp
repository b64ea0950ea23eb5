// Sessions on one draft share its rounded weights, until the weights change.
#include "draft/rounded_weights.h"
#include "support/handles.h"

#include <cmath>
#include <thread>
#include <vector>

using namespace gto_test;

class RoundedWeights : public testing::TestWithParam<ggml_type> {
  protected:
    std::shared_ptr<const gto::block> of(const std::vector<float> & values) { return rounded.of(*device, values.data(), (int64_t) values.size(), GetParam()); }
    std::vector<float> floats(const gto::block & copy, size_t n) const {
        std::vector<float> out(n);
        ggml_get_type_traits(GetParam())->to_float(copy.data(), out.data(), (int64_t) n);
        return out;
    }

    decltype(open_device()) device = open_device();
    gto::rounded_weights rounded;
};

TEST_P(RoundedWeights, OneCopyForTheSameValues) {
    std::vector<float> values(99'968); // more than is compared at once, whole blocks
    for (size_t i = 0; i < values.size(); i++) values[i] = std::sin((float) i);
    const auto first = of(values), second = of(values);
    EXPECT_EQ(first.get(), second.get());
    const std::vector<float> copy = floats(*first, values.size());
    for (size_t i = 0; i < values.size(); i++) ASSERT_NEAR(values[i], copy[i], 1.0 / 127) << i;

    values.back() += 0.5f;
    const auto changed = of(values);
    EXPECT_NE(first.get(), changed.get());
    EXPECT_EQ(copy, floats(*first, values.size())) << "a copy stays what it was";
    EXPECT_NEAR(values.back(), floats(*changed, values.size()).back(), 2.0 / 127);
    EXPECT_EQ(changed.get(), of(values).get());
}

TEST_P(RoundedWeights, LivesWhileItIsUsed) {
    const std::vector<float> values(64, 0.1f);
    std::weak_ptr<const gto::block> seen;
    {
        const auto copy = of(values);
        seen = copy;
    }
    EXPECT_TRUE(seen.expired());
    EXPECT_NE(nullptr, of(values));
}

TEST_P(RoundedWeights, ThreadsGetTheSame) {
    const std::vector<float> values(49'984, 0.3f);
    std::vector<std::shared_ptr<const gto::block>> copies(4);
    std::vector<std::thread> threads;
    for (auto & copy : copies) threads.emplace_back([&] { copy = of(values); });
    for (auto & thread : threads) thread.join();
    for (const auto & copy : copies) EXPECT_EQ(copies[0].get(), copy.get());
}

INSTANTIATE_TEST_SUITE_P(Types, RoundedWeights, testing::Values(GGML_TYPE_F16, GGML_TYPE_Q8_0),
                         [](const auto & info) { return std::string(ggml_type_name(info.param)); });
