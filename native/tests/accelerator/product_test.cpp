// Products of the test devices' accelerators against plain loops.
#include "accelerator/test_accelerator.h"

#include "ggml.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace gto;
using namespace gto_test;

namespace {

// A matrix, or several `step` numbers apart, in one of the three types. Between its rows lies what isn't its own.
struct operand {
    operand(std::mt19937 & random, int64_t rows, int64_t columns, int64_t batch, number_type type)
        : ld(columns + 3), step(batch == 1 ? 0 : rows * ld + 5), type(type) {
        std::normal_distribution<float> normal;
        values.resize((size_t) (rows * ld + (batch - 1) * step));
        for (float & v : values) v = normal(random);
        const auto n = (int64_t) values.size();
        bits.resize(values.size());
        if (type == number_type::f16) {
            ggml_fp32_to_fp16_row(values.data(), bits.data(), n);
            ggml_fp16_to_fp32_row(bits.data(), values.data(), n);
        } else if (type == number_type::bf16) {
            ggml_fp32_to_bf16_row(values.data(), (ggml_bf16_t *) bits.data(), n);
            ggml_bf16_to_fp32_row((const ggml_bf16_t *) bits.data(), values.data(), n);
        }
    }
    const void * on(test_accelerator & device) const {
        return type == number_type::f32 ? (const void *) device.array(values) : device.array(bits);
    }
    double at(int64_t batch, bool transpose, int64_t i, int64_t j) const {
        return values[(size_t) (batch * step + (transpose ? j * ld + i : i * ld + j))];
    }

    int64_t ld, step;
    number_type type;
    std::vector<float> values;
    std::vector<uint16_t> bits;
};

struct form {
    bool transpose_a, transpose_b, add;
    number_type type;
    int64_t batch;
    bool one_b; // for all of the batch
};

void compare(test_accelerator & device, std::mt19937 & random, const form & f) {
    constexpr int64_t m = 5, n = 9, k = 33;
    const operand a(random, f.transpose_a ? k : m, f.transpose_a ? m : k, f.batch, f.type);
    operand b(random, f.transpose_b ? n : k, f.transpose_b ? k : n, f.batch, f.type);
    const operand c(random, m, n, f.batch, number_type::f32);
    if (f.one_b) b.step = 0;
    // What isn't added to may hold anything.
    std::vector<float> before = c.values;
    if (!f.add) {
        for (int64_t batch = 0; batch < f.batch; batch++) {
            for (int64_t i = 0; i < m; i++) {
                for (int64_t j = 0; j < n; j++) before[batch * c.step + i * c.ld + j] = NAN;
            }
        }
    }
    float * result = device.array(before);
    device.multiply({m, n, k, a.on(device), a.ld, f.transpose_a, b.on(device), b.ld, f.transpose_b, result, c.ld, f.add,
                     f.type, f.batch, a.step, b.step, c.step});
    const std::vector<float> found = device.values(result, before.size());
    std::vector<float> expected = c.values; // between the rows nothing changes
    for (int64_t batch = 0; batch < f.batch; batch++) {
        for (int64_t i = 0; i < m; i++) {
            for (int64_t j = 0; j < n; j++) {
                double sum = 0.0;
                for (int64_t l = 0; l < k; l++) {
                    sum += a.at(batch, f.transpose_a, i, l) * b.at(batch, f.transpose_b, l, j);
                }
                float & out = expected[batch * c.step + i * c.ld + j];
                out = (float) (sum + (f.add ? out : 0.0));
            }
        }
    }
    for (size_t i = 0; i < expected.size(); i++) ASSERT_NEAR(found[i], expected[i], 5e-5) << "number " << i;
    device.free_arrays();
}

class Product : public testing::TestWithParam<std::string> {};

} // namespace

TEST_P(Product, AgreesWithPlainLoopsInAllForms) {
    test_accelerator device(GetParam());
    std::mt19937 random(1);
    for (const number_type type : {number_type::f32, number_type::f16, number_type::bf16}) {
        for (int bits = 0; bits < 8; bits++) {
            for (const int64_t batch : {1, 4}) {
                for (const bool one_b : {false, true}) {
                    SCOPED_TRACE("type " + std::to_string((int) type) + ", form " + std::to_string(bits) + ", batch " +
                                 std::to_string(batch));
                    compare(device, random, {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, type, batch, one_b});
                }
            }
        }
    }
}

// Heads side by side in one matrix: the rows of one lie between those of others.
TEST_P(Product, TakesMatricesThatLieBetweenEachOther) {
    test_accelerator device(GetParam());
    constexpr int64_t rows = 3, heads = 2, dim = 4;
    std::vector<float> values((size_t) (rows * heads * dim));
    for (size_t i = 0; i < values.size(); i++) values[i] = (float) i;
    float * scores = device.array<float>((size_t) (heads * rows * rows));
    const float * x = device.array(values);
    device.multiply({rows, rows, dim, x, heads * dim, false, x, heads * dim, true, scores, rows, false,
                     number_type::f32, heads, dim, dim, rows * rows});
    const std::vector<float> found = device.values(scores, (size_t) (heads * rows * rows));
    for (int64_t h = 0; h < heads; h++) {
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < rows; j++) {
                float sum = 0.0f;
                for (int64_t d = 0; d < dim; d++) {
                    sum += values[(i * heads + h) * dim + d] * values[(j * heads + h) * dim + d];
                }
                EXPECT_EQ(found[(h * rows + i) * rows + j], sum);
            }
        }
    }
}

// Streams of a device share cuBLAS: what one is given follows what another was, and each computes its own.
TEST_P(Product, OfStreamsInTurn) {
    test_accelerator first(GetParam()), second(GetParam());
    float * numbers[2];
    for (test_accelerator * device : {&first, &second}) {
        numbers[device == &second] = device->array(std::vector<float>{1.0f, 2.0f, 0.0f});
        device->wait();
    }
    for (int round = 0; round < 3; round++) {
        for (test_accelerator * device : {&first, &second}) {
            float * x = numbers[device == &second]; // x[2] += x[0] * x[1], then x[0] = x[2]
            device->multiply({1, 1, 1, x, 1, false, x + 1, 1, false, x + 2, 1, true, number_type::f32, 1, 0, 0, 0});
            device->check(device->table().copy(device->stream(), x, x + 2, sizeof(float)));
        }
    }
    for (test_accelerator * device : {&second, &first}) { // 0 + 1 * 2, 2 + 2 * 2, 6 + 6 * 2
        EXPECT_EQ(device->values(numbers[device == &second], 3), (std::vector<float>{18.0f, 2.0f, 18.0f}));
    }
}

TEST_P(Product, WithoutElementsDoesNothing) {
    test_accelerator device(GetParam());
    float * c = device.array(std::vector<float>{1.0f});
    matrix_product p = {1, 1, 1, c, 1, false, c, 1, false, c, 1, true, number_type::f32, 1, 0, 0, 0};
    for (int64_t * size : {&p.m, &p.n, &p.k, &p.batch}) {
        *size = 0;
        device.multiply(p);
        *size = 1;
    }
    EXPECT_EQ(device.values(c, 1)[0], 1.0f);
    p.k = 0;
    p.add = false;
    EXPECT_NE(device.table().multiply(device.stream(), p), nullptr);
    p.m = -1;
    EXPECT_NE(device.table().multiply(device.stream(), p), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Devices, Product, testing::ValuesIn(accelerated_devices()),
                         [](const auto & device) { return std::string(device.param); });
