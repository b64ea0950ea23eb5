// Sessions on one draft share its rounded weights, until the weights change.
#include "device/queue.h"
#include "draft/rounded_weights.h"
#include "support/handles.h"

#include <cmath>
#include <thread>
#include <vector>

using namespace gto_test;

class RoundedWeights : public testing::TestWithParam<ggml_type> {
  protected:
    // Two matrices, of which the first has 4 rows more than whole tiles of 16, behind 64 values that are none's.
    static std::vector<gto::rounded_part> parts(const std::vector<float> & values) {
        const int64_t rows = ((int64_t) values.size() - 64) / 64, first = rows / 2 / 16 * 16 + 4;
        return {{64, first, 64}, {64 + first * 64, rows - first, 64}};
    }
    std::shared_ptr<const gto::rounded_copy> of(const std::vector<float> & values) {
        return rounded.of(*device, values.data(), 0, parts(values), GetParam());
    }
    // What products with the copy see: rows of ones and zeros pick its columns.
    std::vector<float> floats(const gto::rounded_copy & copy, const std::vector<float> & values) const {
        std::vector<float> out(values.begin(), values.begin() + 64);
        for (const gto::rounded_part & part : parts(values)) {
            const gto::weights weights = {copy.at(part.offset), GetParam(), part.rows, part.cols, 1, copy.packed()};
            std::vector<float> units((size_t) (part.cols * part.cols)), columns((size_t) (part.cols * part.rows));
            for (int64_t i = 0; i < part.cols; i++) units[(size_t) (i * part.cols + i)] = 1;
            gto::queue q(*device);
            q.product(gto::dense(columns.data(), part.cols, part.rows), gto::dense(units.data(), part.cols, part.cols),
                      weights);
            q.run();
            for (int64_t r = 0; r < part.rows; r++) {
                for (int64_t c = 0; c < part.cols; c++) out.push_back(columns[(size_t) (c * part.rows + r)]);
            }
        }
        return out;
    }

    decltype(open_device()) device = open_device();
    gto::rounded_weights rounded;
};

TEST_P(RoundedWeights, OneCopyForTheSameValues) {
    std::vector<float> values(64 + 64 * 200);
    for (size_t i = 0; i < values.size(); i++) values[i] = std::sin((float) i);
    const auto first = of(values), second = of(values);
    EXPECT_EQ(first.get(), second.get());
    const std::vector<float> copy = floats(*first, values);
    for (size_t i = 0; i < values.size(); i++) ASSERT_NEAR(values[i], copy[i], 1.0 / 127) << i;

    values.back() += 0.5f;
    const auto changed = of(values);
    EXPECT_NE(first.get(), changed.get());
    EXPECT_EQ(copy, floats(*first, values)) << "a copy stays what it was";
    EXPECT_NEAR(values.back(), floats(*changed, values).back(), 2.0 / 127);
    EXPECT_EQ(changed.get(), of(values).get());
    values[0] += 0.5f; // no matrix's
    EXPECT_EQ(changed.get(), of(values).get());
}

TEST_P(RoundedWeights, OtherMatricesAreAnotherCopy) {
    const std::vector<float> values(64 * 40, 0.1f);
    const auto one = rounded.of(*device, values.data(), 0, {{0, 40, 64}}, GetParam()),
               two = rounded.of(*device, values.data(), 0, {{0, 20, 128}}, GetParam());
    EXPECT_NE(one.get(), two.get());
}

TEST_P(RoundedWeights, LivesWhileItIsUsed) {
    const std::vector<float> values(64 * 40, 0.1f);
    std::weak_ptr<const gto::rounded_copy> seen;
    {
        const auto copy = of(values);
        seen = copy;
    }
    EXPECT_TRUE(seen.expired());
    EXPECT_NE(nullptr, of(values));
}

TEST_P(RoundedWeights, ThreadsGetTheSame) {
    const std::vector<float> values(64 * 700, 0.3f);
    std::vector<std::shared_ptr<const gto::rounded_copy>> copies(4);
    std::vector<std::thread> threads;
    for (auto & copy : copies) threads.emplace_back([&] { copy = of(values); });
    for (auto & thread : threads) thread.join();
    for (const auto & copy : copies) EXPECT_EQ(copies[0].get(), copy.get());
}

INSTANTIATE_TEST_SUITE_P(Types, RoundedWeights, testing::Values(GGML_TYPE_F16, GGML_TYPE_Q8_0),
                         [](const auto & test) { return std::string(ggml_type_name(test.param)); });
