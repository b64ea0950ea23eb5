// Products of each unit and kernel that this processor can run: against sums in double; and a trainer's gradients in
// BF16 against those in F32.
#include "device/float_product.h"
#include "support/tiny_draft.h"

#include "gto4j/device.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>

using namespace gto;

namespace {

struct random_matrix {
    random_matrix(int64_t n, int64_t k, orientation from, uint32_t seed)
        : from(from), cols(from == orientation::rows ? k : n), data(n * k) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        for (float & x : data) x = normal(random);
    }
    matrix view() { return dense(data.data(), (int64_t) data.size() / cols, cols); }
    double at(int64_t n, int64_t k) const {
        return from == orientation::rows ? data[n * cols + k] : data[k * cols + n];
    }

    orientation from;
    int64_t cols;
    std::vector<float> data;
};

struct unit_here {
    std::shared_ptr<const product_unit> unit;
    double error; // of a product of two values, relative
};

// All that this processor can run, not only the fastest.
std::vector<unit_here> units() {
    std::vector<unit_here> all;
    for (const float_kernel * kernel : float_kernels()) all.push_back({std::make_shared<float_product>(*kernel), 1e-6});
    // BF16 has 8 bits: each factor is off by at most 2^-8 of itself
    if (tile_unit()) all.push_back({{tile_unit(), [](const product_unit *) {}}, 0.0079});
    return all;
}

struct packed {
    packed(const product_unit & unit, random_matrix & m, operand to, int threads)
        : memory(unit.bytes(shape_of(m.view(), m.from), to) + 64, 0xff), // what isn't written would be NaN
          data((void *) (((uintptr_t) memory.data() + 63) & ~(uintptr_t) 63)) {
        for (int ith = 0; ith < threads; ith++) unit.pack(m.view(), m.from, to, data, ith, threads);
    }
    std::vector<uint8_t> memory;
    void * data;
};

// left * transpose(right), in a matrix whose rows are wider than the product.
std::vector<float> product(const product_unit & unit, random_matrix & left, random_matrix & right,
                           const random_matrix * before, int64_t M, int64_t N, int threads) {
    const packed l(unit, left, operand::left, threads), r(unit, right, operand::right, threads);
    constexpr int64_t beside = 3;
    std::vector<float> wide(M * (N + beside), 77.0f), c(M * N);
    for (int64_t m = 0; m < M && before; m++) {
        std::copy_n(before->data.data() + m * N, N, wide.data() + m * (N + beside));
    }
    const matrix to = {wide.data(), M, N, N + beside};
    for (int ith = 0; ith < threads; ith++) {
        unit.multiply(l.data, shape_of(left.view(), left.from), r.data, shape_of(right.view(), right.from), to,
                      before != nullptr, ith, threads);
    }
    for (int64_t m = 0; m < M; m++) {
        std::copy_n(to.row(m), N, c.data() + m * N);
        for (int64_t n = N; n < N + beside; n++) EXPECT_EQ(to.row(m)[n], 77.0f) << "written beside row " << m;
    }
    return c;
}

using shape = std::tuple<std::array<int, 3>, orientation, orientation, bool>;
class products : public testing::TestWithParam<shape> {};

TEST_P(products, are_sums_of_products) {
    const auto [size, left_from, right_from, add] = GetParam();
    const auto [M, N, K] = size;
    random_matrix left(M, K, left_from, 1), right(N, K, right_from, 2), before(M, N, orientation::rows, 3);
    for (const unit_here & here : units()) {
        const std::vector<float> c = product(*here.unit, left, right, add ? &before : nullptr, M, N, 3);
        for (int64_t m = 0; m < M; m++) {
            for (int64_t n = 0; n < N; n++) {
                double sum = add ? before.at(m, n) : 0, magnitude = std::fabs(sum);
                for (int64_t k = 0; k < K; k++) {
                    sum += left.at(m, k) * right.at(n, k);
                    magnitude += std::fabs(left.at(m, k) * right.at(n, k));
                }
                ASSERT_NEAR(c[m * N + n], sum, magnitude * here.error + 1e-6)
                    << here.unit->name() << " at " << m << ", " << n;
            }
        }
        EXPECT_EQ(c, product(*here.unit, left, right, add ? &before : nullptr, M, N, 1))
            << here.unit->name() << ": other bits with one thread";
    }
}

INSTANTIATE_TEST_SUITE_P(
    sizes, products,
    testing::Combine(testing::Values(std::array{1, 1, 1}, std::array{5, 7, 3}, std::array{16, 16, 32},
                                     std::array{33, 50, 65}, std::array{64, 32, 96}, std::array{530, 20, 33},
                                     std::array{17, 530, 64}, std::array{23, 71, 700}, std::array{401, 49, 513}),
                     testing::Values(orientation::rows, orientation::columns),
                     testing::Values(orientation::rows, orientation::columns), testing::Bool()));

// Blocks as attention multiplies them: each value of a wherever it lies, b and c in rows of something wider.
TEST(float_kernels, multiply_what_lies_apart) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    for (const float_kernel * kernel : float_kernels()) {
        for (const auto & [rows, columns, k] :
             {std::array{1, 1, 1}, {7, 64, 64}, {48, 80, 13}, {13, 129, 1}, {8, 5, 64}, {64, 48, 64}}) {
            for (const bool transposed : {false, true}) {
                const int64_t b_step = columns + 5, c_step = columns + 2, a_row = transposed ? 1 : k + 3,
                              a_step = transposed ? rows + 1 : 1;
                // nothing behind the last value
                std::vector<float> a(rows * a_row + k * a_step), b((k - 1) * b_step + columns),
                    c((rows - 1) * c_step + columns);
                for (std::vector<float> * values : {&a, &b, &c}) {
                    for (float & x : *values) x = normal(random);
                }
                const std::vector<float> before = c;
                kernel->multiply({rows, columns, k, a.data(), a_row, a_step, b.data(), b_step, c.data(), c_step, true});
                for (int64_t i = 0; i < rows; i++) {
                    for (int64_t j = 0; j < columns; j++) {
                        double sum = before[i * c_step + j];
                        for (int64_t l = 0; l < k; l++) sum += (double) a[i * a_row + l * a_step] * b[l * b_step + j];
                        ASSERT_NEAR(c[i * c_step + j], sum, 2e-5) << kernel->name << " at " << i << ", " << j;
                    }
                }
            }
        }
    }
}

TEST(float_kernels, the_portable_one_is_always_there) {
    ASSERT_FALSE(float_kernels().empty());
    EXPECT_STREQ(float_kernels().back()->name, "portable");
}

// Direction and size of the gradient of every tensor.
TEST(bf16_training, gradients_are_those_in_f32_but_for_rounding) {
    if (!tile_unit()) GTEST_SKIP() << "no tile unit here";
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
        for (int i = 0; i < 2; i++) {
            ASSERT_EQ(gto_trainer_accumulate(trainer, text.batch(4, 0), &result), GTO_OK) << gto_last_error();
        }
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
    if (tile_unit()) return;
    options.precision = GTO_PRECISION_BF16;
    EXPECT_EQ(gto_trainer_open(tiny.target, tiny.draft, options, &trainer), GTO_E_ARGUMENT);
    EXPECT_EQ(gto_last_error(),
              "device " + std::string(gto_device_name(tiny.device)) + ": it has no matrix products in BF16");
}

} // namespace
