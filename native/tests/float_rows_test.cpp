// Products of F32, F16 and BF16 weights with rows of F32: against sums in double and ggml's own, and their bits,
// whatever is computed beside them and by which kernel.
#include "cpu/float_rows.h"
#include "support/ggml_cpu.h"

#include "ggml-backend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <vector>

using namespace gto;

namespace {

const float nan_value = std::numeric_limits<float>::quiet_NaN();

// Rows of weights, each followed by `beside` NaN that must not be read.
struct float_weights {
    float_weights(ggml_type type, int64_t outputs, int64_t columns, uint32_t seed, int64_t beside = 3)
        : type(type), outputs(outputs), columns(columns), stride(ggml_type_size(type) * (columns + beside)),
          data(stride * outputs) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        for (int64_t o = 0; o < outputs; o++) {
            for (int64_t k = 0; k < columns + beside; k++) set(o, k, k < columns ? normal(random) : nan_value);
        }
    }
    char * at(int64_t o, int64_t k) { return data.data() + o * stride + k * ggml_type_size(type); }
    void set(int64_t o, int64_t k, float x) {
        const ggml_fp16_t half = ggml_fp32_to_fp16(x);
        const ggml_bf16_t brain = ggml_fp32_to_bf16(x);
        if (type == GGML_TYPE_F32) memcpy(at(o, k), &x, sizeof x);
        if (type == GGML_TYPE_F16) memcpy(at(o, k), &half, sizeof half);
        if (type == GGML_TYPE_BF16) memcpy(at(o, k), &brain, sizeof brain);
    }
    float get(int64_t o, int64_t k) {
        float x = NAN;
        if (type == GGML_TYPE_F32) memcpy(&x, at(o, k), sizeof x);
        if (type == GGML_TYPE_F16) x = ggml_fp16_to_fp32(*(ggml_fp16_t *) at(o, k));
        if (type == GGML_TYPE_BF16) x = ggml_bf16_to_fp32(*(ggml_bf16_t *) at(o, k));
        return x;
    }

    ggml_type type;
    int64_t outputs, columns;
    size_t stride;
    std::vector<char> data;
};

using row_values = std::vector<float>;

std::vector<row_values> random_rows(int64_t n, int64_t columns, uint32_t seed, int64_t beside = 3) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<row_values> rows(n, row_values(columns + beside, nan_value));
    for (row_values & row : rows) std::generate_n(row.begin(), columns, [&] { return normal(random); });
    return rows;
}

// Rows [first_row, last_row) and outputs [first, last) into y.
void multiply(const float_rows_kernel & kernel, const float_weights & w, const std::vector<row_values> & x,
              std::vector<row_values> & y, int64_t first_row, int64_t last_row, int64_t first, int64_t last) {
    std::vector<const float *> rows;
    std::vector<float *> out;
    for (int64_t r = first_row; r < last_row; r++) {
        rows.push_back(x[r].data());
        out.push_back(y[r].data());
    }
    kernel.multiply({w.type, w.data.data(), w.stride, w.columns, rows.data(), out.data(), last_row - first_row}, first,
                    last);
}

std::vector<row_values> product(const float_rows_kernel & kernel, const float_weights & w,
                                const std::vector<row_values> & x) {
    std::vector<row_values> y(x.size(), row_values(w.outputs, 77));
    multiply(kernel, w, x, y, 0, (int64_t) x.size(), 0, w.outputs);
    return y;
}

// Equal bits, or both NaN.
bool same(float a, float b) { return memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }
bool same(const row_values & a, const row_values & b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) { return same(x, y); });
}

std::vector<row_values> ggml_product(float_weights & w, const std::vector<row_values> & x) {
    const ggml_cpu_backend cpu = ggml_cpu();
    const std::unique_ptr<ggml_context, decltype(&ggml_free)> context(ggml_init({1 << 20, nullptr, true}), ggml_free);
    ggml_tensor * a = ggml_new_tensor_2d(context.get(), w.type, w.columns, w.outputs);
    ggml_tensor * b = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, w.columns, (int64_t) x.size());
    ggml_tensor * c = ggml_mul_mat(context.get(), a, b);
    ggml_cgraph * graph = ggml_new_graph(context.get());
    ggml_build_forward_expand(graph, c);
    const std::unique_ptr<ggml_backend_buffer, decltype(&ggml_backend_buffer_free)> buffer(
        ggml_backend_alloc_ctx_tensors(context.get(), cpu.get()), ggml_backend_buffer_free);
    for (int64_t o = 0; o < w.outputs; o++) ggml_backend_tensor_set(a, w.at(o, 0), o * a->nb[1], a->nb[1]);
    for (size_t r = 0; r < x.size(); r++) ggml_backend_tensor_set(b, x[r].data(), r * b->nb[1], b->nb[1]);
    EXPECT_EQ(ggml_backend_graph_compute(cpu.get(), graph), GGML_STATUS_SUCCESS);
    std::vector<row_values> y(x.size(), row_values(w.outputs));
    for (size_t r = 0; r < x.size(); r++) ggml_backend_tensor_get(c, y[r].data(), r * c->nb[1], c->nb[1]);
    return y;
}

double rms_error(float_weights & w, const std::vector<row_values> & x, const std::vector<row_values> & y) {
    double sum = 0;
    for (size_t r = 0; r < x.size(); r++) {
        for (int64_t o = 0; o < w.outputs; o++) {
            double exact = 0;
            for (int64_t k = 0; k < w.columns; k++) exact += (double) w.get(o, k) * x[r][k];
            sum += (y[r][o] - exact) * (y[r][o] - exact);
        }
    }
    return std::sqrt(sum / (double) (x.size() * w.outputs));
}

class float_rows : public testing::TestWithParam<ggml_type> {};

TEST_P(float_rows, are_no_less_exact_than_ggmls) {
    float_weights w(GetParam(), 96, 1536, 1);
    const std::vector<row_values> x = random_rows(5, w.columns, 2);
    const double theirs = rms_error(w, x, ggml_product(w, x));
    for (const float_rows_kernel * kernel : float_rows_kernels()) {
        const double ours = rms_error(w, x, product(*kernel, w, x));
        EXPECT_LE(ours, 1.5 * theirs) << kernel->name;
        EXPECT_LE(ours, 1e-5) << kernel->name;
    }
}

TEST_P(float_rows, have_the_same_bits_by_every_kernel) {
    for (const int64_t columns : {1, 7, 8, 9, 15, 16, 17, 31, 32, 48, 63, 576, 1541}) {
        float_weights w(GetParam(), 37, columns, 3);
        const std::vector<row_values> x = random_rows(11, columns, 4),
                                      expected = product(*float_rows_kernels().back(), w, x);
        for (const row_values & row : expected) {
            for (float y : row) EXPECT_TRUE(std::isfinite(y)) << "a value beside a row was read";
        }
        for (const float_rows_kernel * kernel : float_rows_kernels()) {
            const std::vector<row_values> y = product(*kernel, w, x);
            for (size_t r = 0; r < x.size(); r++) {
                EXPECT_TRUE(same(y[r], expected[r]))
                    << kernel->name << ", row " << r << " of " << columns << " columns";
            }
        }
    }
}

TEST_P(float_rows, have_the_same_bits_in_any_partition) {
    std::mt19937 random(5);
    for (const int64_t columns : {40, 576, 9000}) {
        float_weights w(GetParam(), 150, columns, 6);
        const std::vector<row_values> x = random_rows(70, columns, 7);
        for (const float_rows_kernel * kernel : float_rows_kernels()) {
            if (kernel == float_rows_kernels().back() && columns > 1000) continue; // slow without FMA
            std::vector<row_values> alone(x.size(), row_values(w.outputs));
            for (size_t r = 0; r < x.size(); r++) {
                multiply(*kernel, w, x, alone, (int64_t) r, (int64_t) r + 1, 0, w.outputs);
            }
            for (int trial = 0; trial < 20; trial++) {
                std::vector<row_values> y(x.size(), row_values(w.outputs, 77));
                for (int64_t r = 0; r < (int64_t) x.size();) {
                    const int64_t last_row = std::min<int64_t>(r + 1 + random() % (trial % 2 ? 70 : 9), x.size());
                    for (int64_t o = 0; o < w.outputs;) {
                        const int64_t last = std::min<int64_t>(o + 1 + random() % 100, w.outputs);
                        multiply(*kernel, w, x, y, r, last_row, o, last);
                        o = last;
                    }
                    r = last_row;
                }
                for (size_t r = 0; r < x.size(); r++) {
                    EXPECT_TRUE(same(y[r], alone[r]))
                        << kernel->name << ", row " << r << " of " << columns << " columns";
                }
            }
        }
    }
}

// Were the last bits of weights lost, or columns summed in other lanes, the comparisons above would see it.
TEST_P(float_rows, change_with_a_last_bit_and_with_the_order) {
    float_weights w(GetParam(), 16, 64, 8), last_bit = w, turned = w;
    std::vector<row_values> x = random_rows(2, 64, 9), turned_x = x;
    for (int64_t k = 0; k < 64; k++) {
        for (int64_t o = 0; o < w.outputs; o++) {
            *last_bit.at(o, k) ^= 1;
            turned.set(o, k, w.get(o, 63 - k));
        }
        for (size_t r = 0; r < x.size(); r++) turned_x[r][k] = x[r][63 - k];
    }
    for (const float_rows_kernel * kernel : float_rows_kernels()) {
        const std::vector<row_values> before = product(*kernel, w, x);
        EXPECT_FALSE(same(before[1], product(*kernel, last_bit, x)[1])) << kernel->name;
        EXPECT_FALSE(same(before[1], product(*kernel, turned, turned_x)[1])) << kernel->name;
    }
}

TEST_P(float_rows, keep_what_is_not_finite_to_its_outputs_and_rows) {
    float_weights w(GetParam(), 9, 50, 10);
    std::vector<row_values> x = random_rows(7, 50, 11);
    const std::vector<row_values> before = product(*float_rows_kernels().front(), w, x);
    w.set(2, 49, nan_value);
    w.set(4, 3, INFINITY);
    x[5][20] = nan_value;
    for (const float_rows_kernel * kernel : float_rows_kernels()) {
        const std::vector<row_values> y = product(*kernel, w, x);
        for (int64_t r = 0; r < 7; r++) {
            for (int64_t o = 0; o < 9; o++) {
                if (o == 2 || r == 5) {
                    EXPECT_TRUE(std::isnan(y[r][o])) << kernel->name;
                } else if (o == 4) {
                    EXPECT_TRUE(std::isinf(y[r][o])) << kernel->name;
                } else {
                    EXPECT_TRUE(same(y[r][o], before[r][o])) << kernel->name;
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(types, float_rows, testing::Values(GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16),
                         [](const auto & test) { return ggml_type_name(test.param); });

// All 65,536 of each: denormals, infinities and NaN too.
TEST(float_rows_values, know_every_value_of_two_bytes) {
    for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_BF16}) {
        constexpr int64_t columns = 17;
        float_weights w(type, 65536, columns, 1, 0);
        for (int64_t o = 0; o < w.outputs; o++) {
            for (int64_t k = 0; k < columns; k++) {
                const uint16_t bits = k == o % columns ? (uint16_t) o : 0;
                memcpy(w.at(o, k), &bits, sizeof bits);
            }
        }
        const std::vector<row_values> ones(1, row_values(columns, 1));
        for (const float_rows_kernel * kernel : float_rows_kernels()) {
            const std::vector<row_values> y = product(*kernel, w, ones);
            for (int64_t o = 0; o < w.outputs; o++) {
                ASSERT_TRUE(same(y[0][o], w.get(o, o % columns) + 0.0f)) << kernel->name << ", bits " << o;
            }
        }
    }
}

// Sums that round to -0 in some lanes.
TEST(float_rows_values, have_one_kind_of_zero) {
    for (int64_t columns = 1; columns < 40; columns++) {
        float_weights tiny(GGML_TYPE_F32, 4, columns, 1);
        for (int64_t o = 0; o < 4; o++) {
            for (int64_t k = 0; k < columns; k++) tiny.set(o, k, -1e-30f);
        }
        const std::vector<row_values> x(1, row_values(columns, 1e-30f));
        const std::vector<row_values> expected = product(*float_rows_kernels().back(), tiny, x);
        for (const float_rows_kernel * kernel : float_rows_kernels()) {
            EXPECT_TRUE(same(product(*kernel, tiny, x)[0], expected[0])) << kernel->name << ", " << columns;
        }
    }
}

} // namespace
