// Sessions on one draft share its rounded weights, until the weights change.
#include "draft/half_weights.h"
#include "support/handles.h"

#include <thread>
#include <vector>

using namespace gto_test;

TEST(HalfWeights, OneCopyForTheSameValues) {
    auto device = open_device();
    gto::half_weights half;
    std::vector<float> values(100'000); // more than is compared at once
    for (size_t i = 0; i < values.size(); i++) values[i] = 1 + (float) i / 1000;
    const auto n = (int64_t) values.size();
    const auto first = half.of(*device, values.data(), n), second = half.of(*device, values.data(), n);
    EXPECT_EQ(first.get(), second.get());
    const auto * copy = (const ggml_fp16_t *) first->data();
    for (size_t i = 0; i < values.size(); i += 997) EXPECT_EQ(ggml_fp32_to_fp16(values[i]), copy[i]);

    const ggml_fp16_t before = copy[values.size() - 1];
    values.back() *= 2;
    const auto changed = half.of(*device, values.data(), n);
    EXPECT_NE(first.get(), changed.get());
    EXPECT_EQ(before, copy[values.size() - 1]) << "a copy stays what it was";
    EXPECT_EQ(ggml_fp32_to_fp16(values.back()), ((const ggml_fp16_t *) changed->data())[values.size() - 1]);
    EXPECT_EQ(changed.get(), half.of(*device, values.data(), n).get());
}

TEST(HalfWeights, LivesWhileItIsUsed) {
    auto device = open_device();
    gto::half_weights half;
    std::vector<float> values(10, 0.1f);
    std::weak_ptr<const gto::block> seen;
    {
        const auto copy = half.of(*device, values.data(), 10);
        seen = copy;
    }
    EXPECT_TRUE(seen.expired());
    EXPECT_NE(nullptr, half.of(*device, values.data(), 10));
}

TEST(HalfWeights, ThreadsGetTheSame) {
    auto device = open_device();
    gto::half_weights half;
    std::vector<float> values(50'000, 0.3f);
    std::vector<std::shared_ptr<const gto::block>> copies(4);
    std::vector<std::thread> threads;
    for (auto & copy : copies) threads.emplace_back([&] { copy = half.of(*device, values.data(), (int64_t) values.size()); });
    for (auto & thread : threads) thread.join();
    for (const auto & copy : copies) EXPECT_EQ(copies[0].get(), copy.get());
}
