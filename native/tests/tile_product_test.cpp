// Products in BF16 on tiles: against sums in double, and a trainer's gradients against those in F32.
#include "device/tile_product.h"
#include "support/tiny_draft.h"

#include "gto4j/device.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

using namespace gto;

namespace {

constexpr int threads = 3;

struct random_matrix {
    random_matrix(int64_t n, int64_t k, layout from, uint32_t seed) : from(from), cols(from == layout::rows ? k : n), data(n * k) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        for (float & x : data) x = normal(random);
    }
    matrix view() { return dense(data.data(), (int64_t) data.size() / cols, cols); }
    double at(int64_t n, int64_t k) const { return from == layout::rows ? data[n * cols + k] : data[k * cols + n]; }

    layout from;
    int64_t cols;
    std::vector<float> data;
};

std::vector<uint8_t> packed(random_matrix & m, operand to, void *& aligned) {
    const packed_size size = size_of(m.view(), m.from);
    std::vector<uint8_t> memory(size.bytes() + 64, 0xff); // what isn't written would be NaN
    aligned = (void *) (((uintptr_t) memory.data() + 63) & ~(uintptr_t) 63);
    for (int ith = 0; ith < threads; ith++) pack_tiles(m.view(), m.from, to, aligned, ith, threads);
    return memory;
}

using shape = std::tuple<std::array<int, 3>, layout, layout, bool>;
class products : public testing::TestWithParam<shape> {};

TEST_P(products, are_sums_of_rounded_products) {
    if (!tiles_supported()) GTEST_SKIP() << "no tile unit here";
    const auto [size, left_from, right_from, add] = GetParam();
    const auto [M, N, K] = size;
    random_matrix left(M, K, left_from, 1), right(N, K, right_from, 2), before(M, N, layout::rows, 3);
    void * l, * r;
    const auto left_memory = packed(left, operand::left, l), right_memory = packed(right, operand::right, r);
    std::vector<float> c = before.data;
    for (int ith = 0; ith < threads; ith++) {
        multiply_tiles(l, size_of(left.view(), left_from), r, size_of(right.view(), right_from), dense(c.data(), M, N), add, ith, threads);
    }
    for (int64_t m = 0; m < M; m++) {
        for (int64_t n = 0; n < N; n++) {
            double sum = add ? before.at(m, n) : 0, magnitude = 0;
            for (int64_t k = 0; k < K; k++) {
                sum += left.at(m, k) * right.at(n, k);
                magnitude += std::fabs(left.at(m, k) * right.at(n, k));
            }
            // BF16 has 8 bits: each factor is off by at most 2^-8 of itself
            ASSERT_NEAR(c[m * N + n], sum, magnitude * 0.0079 + 1e-6) << m << ", " << n;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(sizes, products,
                         testing::Combine(testing::Values(std::array{1, 1, 1}, std::array{5, 7, 3}, std::array{16, 16, 32}, std::array{33, 50, 65}, std::array{64, 32, 96},
                                                          std::array{530, 20, 33}, std::array{17, 530, 64}),
                                          testing::Values(layout::rows, layout::columns), testing::Values(layout::rows, layout::columns), testing::Bool()));

// Direction and size of the gradient of every tensor.
TEST(bf16_training, gradients_are_those_in_f32_but_for_rounding) {
    if (!tiles_supported()) GTEST_SKIP() << "no tile unit here";
    gto_test::tiny_draft tiny(2);
    const gto_test::random_text text(tiny, {24, 18, 30}, 3, 4);
    std::vector<std::vector<float>> gradients[2];
    for (const int32_t precision : {GTO_PRECISION_F32, GTO_PRECISION_BF16}) {
        gto_trainer_options options = gto_trainer_options_default();
        options.precision = precision;
        options.chunk_rows = 24;
        gto_trainer * trainer = nullptr;
        gto_batch_result result;
        ASSERT_EQ(gto_trainer_open(tiny.target, tiny.draft, options, &trainer), GTO_OK) << gto_last_error();
        for (int i = 0; i < 2; i++) ASSERT_EQ(gto_trainer_accumulate(trainer, text.batch(4, 0), &result), GTO_OK) << gto_last_error();
        for (int32_t t = 0; t < gto_draft_tensor_count(tiny.draft); t++) {
            std::vector<float> gradient(gto_draft_tensor_size(tiny.draft, t));
            ASSERT_EQ(gto_trainer_gradient(trainer, t, gradient.data()), GTO_OK);
            gradients[precision == GTO_PRECISION_BF16].push_back(gradient);
        }
        gto_trainer_free(trainer);
    }
    for (size_t t = 0; t < gradients[0].size(); t++) {
        double dot = 0, exact = 0, rounded = 0;
        for (size_t i = 0; i < gradients[0][t].size(); i++) {
            dot += (double) gradients[0][t][i] * gradients[1][t][i];
            exact += std::pow(gradients[0][t][i], 2);
            rounded += std::pow(gradients[1][t][i], 2);
        }
        EXPECT_GT(dot / std::sqrt(exact * rounded), 0.999) << gto_draft_tensor_name(tiny.draft, (int32_t) t);
        EXPECT_NEAR(std::sqrt(rounded / exact), 1, 0.02) << gto_draft_tensor_name(tiny.draft, (int32_t) t);
    }
}

TEST(bf16_training, is_refused_where_it_cant_be) {
    gto_test::tiny_draft tiny;
    gto_trainer_options options = gto_trainer_options_default();
    gto_trainer * trainer = nullptr;
    options.precision = 3;
    EXPECT_EQ(gto_trainer_open(tiny.target, tiny.draft, options, &trainer), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "precision: expected 0 (auto), 1 (F32) or 2 (BF16), found 3");
    if (tiles_supported()) return;
    options.precision = GTO_PRECISION_BF16;
    EXPECT_EQ(gto_trainer_open(tiny.target, tiny.draft, options, &trainer), GTO_E_ARGUMENT);
    EXPECT_STREQ(gto_last_error(), "device CPU: it has no matrix products in BF16");
}

} // namespace
