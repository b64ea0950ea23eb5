#include "cpu/half.h"
#include "cpu/integer_kernel.h"
#include "cpu/packed_format.h"
#include "cpu/quant_layout.h"
#include "support/ggml_cpu.h"

#include "ggml-backend.h"
#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace gto {
namespace {

const ggml_type types[] = {GGML_TYPE_Q8_0,   GGML_TYPE_Q4_0,   GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1,
                           GGML_TYPE_Q2_K,   GGML_TYPE_Q3_K,   GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K,
                           GGML_TYPE_IQ4_NL, GGML_TYPE_IQ4_XS, GGML_TYPE_MXFP4};

using bytes = std::vector<uint8_t>;

bool same_bits(float a, float b) { return (std::isnan(a) && std::isnan(b)) || memcmp(&a, &b, sizeof a) == 0; }

size_t differences(const std::vector<float> & a, const std::vector<float> & b) {
    EXPECT_EQ(a.size(), b.size());
    size_t n = 0;
    for (size_t i = 0; i < a.size(); i++) n += !same_bits(a[i], b[i]);
    return n;
}

// Rows of GGUF weights.
struct file_matrix {
    ggml_type type;
    int64_t outputs, columns;
    bytes data;

    size_t row_bytes() const { return ggml_row_size(type, columns); }
    std::vector<float> values() const {
        std::vector<float> v((size_t) (outputs * columns));
        for (int64_t o = 0; o < outputs; o++) {
            ggml_get_type_traits(type)->to_float(data.data() + (size_t) o * row_bytes(), v.data() + o * columns,
                                                 columns);
        }
        return v;
    }
};

// Any bytes, among them scales that are NaN or infinite.
file_matrix random_bytes(ggml_type type, int64_t outputs, int64_t columns, std::mt19937 & random) {
    file_matrix m = {type, outputs, columns, bytes((size_t) outputs * ggml_row_size(type, columns))};
    for (uint8_t & b : m.data) b = (uint8_t) random();
    return m;
}

file_matrix rounded_normal(ggml_type type, int64_t outputs, int64_t columns, std::mt19937 & random) {
    file_matrix m = {type, outputs, columns, bytes((size_t) outputs * ggml_row_size(type, columns))};
    std::vector<float> values((size_t) (outputs * columns));
    std::normal_distribution<float> normal(0, 0.05f);
    for (float & v : values) v = normal(random);
    ggml_quantize_chunk(type, values.data(), m.data.data(), 0, outputs, columns, nullptr);
    return m;
}

bytes packed(const file_matrix & m) {
    const packed_format & format = *packed_format_of(m.type);
    bytes to(format.bytes(m.outputs, m.columns), 0xee);
    const int64_t blocks = m.columns / format.block;
    for (int64_t t = 0; t < format.tiles(m.outputs); t++) {
        const int64_t first = t * tile_outputs, n = std::min(tile_outputs, m.outputs - first);
        format.pack(m.data.data() + (size_t) first * m.row_bytes(), m.row_bytes(), n, blocks,
                    to.data() + (size_t) (t * blocks) * format.tile_bytes);
    }
    return to;
}

// The value of column c of output o in a tile: exact in F64, rounded once. (No type's value needs more than one
// rounding.)
template <class Q> float unpacked(const uint8_t * tile, int o, int c) {
    const uint8_t * vectors = tile + Q::codes_at + c / 32 * Q::codes_bytes;
    const int group = c % 32 / 4, byte = 4 * o + c % 4;
    auto bits_of = [&](const uint8_t * from, int bits) {
        return bits == 0 ? 0
                         : from[64 * (group / (8 / bits)) + byte] >> (group % (8 / bits) * bits) & ((1 << bits) - 1);
    };
    int code = bits_of(vectors, Q::low) | bits_of(vectors + 64 * Q::low, Q::high) << Q::low;
    if constexpr (Q::table != nullptr) code = Q::table[code];
    const double value = code - Q::offset;
    auto half_at = [&](size_t at) {
        uint16_t h;
        memcpy(&h, tile + at, 2);
        return (double) half_value(h);
    };
    const double d = Q::halves > 0 ? half_at(2 * o) : 0, m = Q::halves > 1 ? half_at(32 + 2 * o) : 0;
    const uint8_t * at = tile + Q::bytes_at + o + 16 * (c / Q::scale_columns);
    switch (Q::form) {
        case scale_form::half: return (float) (d * value);
        case scale_form::half_min: return (float) (d * value + m);
        case scale_form::exponent: return (float) (std::ldexp(1.0, at[0] - 128) * value);
        case scale_form::bytes: return (float) (d * (int8_t) at[0] * value);
        case scale_form::bytes_min: return (float) (d * at[0] * value - m * at[16 * Q::scales]);
        case scale_form::nibbles_min: return (float) (d * (at[0] & 15) * value - m * (at[0] >> 4));
    }
    return 0;
}

std::vector<float> unpacked(ggml_type type, const bytes & data, int64_t outputs, int64_t columns) {
    std::vector<float> values;
    with_quant(type, [&](auto q) {
        using Q = decltype(q);
        const int64_t blocks = columns / Q::block;
        for (int64_t o = 0; o < outputs; o++) {
            for (int64_t c = 0; c < columns; c++) {
                const uint8_t * tile =
                    data.data() + (size_t) (o / tile_outputs * blocks + c / Q::block) * Q::tile_bytes;
                values.push_back(unpacked<Q>(tile, (int) (o % tile_outputs), (int) (c % Q::block)));
            }
        }
    });
    return values;
}

std::vector<float> random_rows(int64_t n, int64_t columns, std::mt19937 & random) {
    std::vector<float> x((size_t) (n * columns));
    std::normal_distribution<float> normal;
    for (float & v : x) v = normal(random);
    return x;
}

// Rows [first, last) of x in one call, tile by tile in two parts as two threads would.
std::vector<float> product(const integer_kernel & kernel, ggml_type type, const bytes & weights, int64_t outputs,
                           int64_t columns, const std::vector<float> & x, int64_t first, int64_t last) {
    const int64_t n = last - first;
    const packed_format & format = *packed_format_of(type);
    bytes rows(kernel.rows_bytes(n, columns), 0xee);
    for (int64_t r = 0; r < n; r++) kernel.quantize(x.data() + (first + r) * columns, columns, r, n, rows.data());
    std::vector<float> y((size_t) (n * outputs), 12345);
    std::vector<float *> out;
    for (int64_t r = 0; r < n; r++) out.push_back(y.data() + r * outputs);
    const integer_product p = {&format, weights.data(), outputs, columns, rows.data(), n, out.data()};
    const int64_t tiles = format.tiles(outputs), middle = tiles / 2;
    kernel.multiply(p, middle, tiles);
    kernel.multiply(p, 0, middle);
    return y;
}

class IntegerKernel : public testing::TestWithParam<ggml_type> {};

TEST_P(IntegerKernel, PackedWeightsAreTheFilesBitForBit) {
    std::mt19937 random(1);
    const ggml_type type = GetParam();
    const packed_format & format = *packed_format_of(type);
    EXPECT_EQ(format.type, type);
    EXPECT_EQ(format.block, ggml_blck_size(type));
    EXPECT_LE((double) format.tile_bytes, 1.04 * 16 * (double) ggml_type_size(type));
    for (int64_t outputs : {1, 15, 16, 17, 48}) {
        const file_matrix m = random_bytes(type, outputs, 3 * format.block, random);
        const bytes to = packed(m);
        ASSERT_EQ(differences(unpacked(type, to, outputs, m.columns), m.values()), 0u) << outputs;
        if (outputs % tile_outputs == 0) continue;
        std::vector<float> beyond = unpacked(type, to, format.tiles(outputs) * tile_outputs, m.columns);
        beyond.erase(beyond.begin(), beyond.begin() + outputs * m.columns);
        // code 0 times the least scale
        const float zero_of_type = type == GGML_TYPE_MXFP4 || type == GGML_TYPE_IQ4_NL ? beyond[0] : 0;
        for (float v : beyond) ASSERT_EQ(std::abs(v), std::abs(zero_of_type));
    }
}

TEST_P(IntegerKernel, AFlippedBitIsSeen) {
    std::mt19937 random(2);
    const ggml_type type = GetParam();
    const int64_t outputs = 32, columns = 256;
    const bytes weights = packed(rounded_normal(type, outputs, columns, random));
    const std::vector<float> x = random_rows(1, columns, random), values = unpacked(type, weights, outputs, columns);
    for (const integer_kernel * kernel : integer_kernels()) {
        const std::vector<float> y = product(*kernel, type, weights, outputs, columns, x, 0, 1);
        int seen = 0, changed = 0;
        for (int i = 0; i < 300; i++) {
            bytes faulty = weights;
            faulty[random() % faulty.size()] ^= (uint8_t) (1 << random() % 8);
            // a bit of a scale that is times zero
            if (differences(unpacked(type, faulty, outputs, columns), values) == 0) continue;
            changed++;
            seen += differences(product(*kernel, type, faulty, outputs, columns, x, 0, 1), y) > 0;
        }
        EXPECT_GT(changed, 200);
        EXPECT_GT(seen, changed * 98 / 100) << kernel->name; // some activations are rounded to 0
    }
}

TEST_P(IntegerKernel, RowsHaveTheSameBitsWhateverIsBesideThemAndWithEveryKernel) {
    std::mt19937 random(3);
    const ggml_type type = GetParam();
    const int64_t block = packed_format_of(type)->block;
    for (int64_t outputs = 1; outputs <= 40; outputs += outputs < 15 ? 7 : 1) {
        const int64_t columns = block * (1 + random() % (512 / block)), n = 70;
        file_matrix m = rounded_normal(type, outputs, columns, random);
        if (outputs % 4 == 0) m = random_bytes(type, outputs, columns, random);
        const bytes weights = packed(m);
        const std::vector<float> x = random_rows(n, columns, random),
                                 y = product(*integer_kernels().front(), type, weights, outputs, columns, x, 0, n);
        for (const integer_kernel * kernel : integer_kernels()) {
            std::vector<float> parts;
            for (int64_t first = 0; first < n;) {
                const int64_t last = std::min(n, first + 1 + (int64_t) (random() % (random() % 2 ? 5 : 70)));
                const std::vector<float> part = product(*kernel, type, weights, outputs, columns, x, first, last);
                parts.insert(parts.end(), part.begin(), part.end());
                first = last;
            }
            ASSERT_EQ(differences(parts, y), 0u)
                << kernel->name << ", " << outputs << " outputs, " << columns << " columns";
        }
    }
}

TEST_P(IntegerKernel, WideRowsAreCutForTheCachesWithoutAnyDifference) {
    std::mt19937 random(4);
    const int64_t outputs = 17, columns = 8192, n = 70;
    const bytes weights = packed(rounded_normal(GetParam(), outputs, columns, random));
    const std::vector<float> x = random_rows(n, columns, random);
    const integer_kernel & kernel = *integer_kernels().front();
    const std::vector<float> y = product(kernel, GetParam(), weights, outputs, columns, x, 0, n);
    for (int64_t r = 0; r < n; r++) {
        const std::vector<float> alone = product(kernel, GetParam(), weights, outputs, columns, x, r, r + 1);
        ASSERT_EQ(differences(alone, std::vector<float>(y.begin() + r * outputs, y.begin() + (r + 1) * outputs)), 0u)
            << r;
    }
}

// The product as ggml's CPU backend computes it.
std::vector<float> of_ggml(const file_matrix & m, const std::vector<float> & x, int64_t n) {
    const ggml_cpu_backend cpu = ggml_cpu();
    ggml_context * context = ggml_init({ggml_tensor_overhead() * 8 + ggml_graph_overhead(), nullptr, true});
    ggml_tensor * weights = ggml_new_tensor_2d(context, m.type, m.columns, m.outputs);
    ggml_tensor * rows = ggml_new_tensor_2d(context, GGML_TYPE_F32, m.columns, n);
    ggml_tensor * result = ggml_mul_mat(context, weights, rows);
    ggml_cgraph * graph = ggml_new_graph(context);
    ggml_build_forward_expand(graph, result);
    ggml_backend_buffer_t buffer = ggml_backend_alloc_ctx_tensors(context, cpu.get());
    ggml_backend_tensor_set(weights, m.data.data(), 0, m.data.size());
    ggml_backend_tensor_set(rows, x.data(), 0, x.size() * sizeof(float));
    ggml_backend_graph_compute(cpu.get(), graph);
    std::vector<float> y((size_t) (n * m.outputs));
    ggml_backend_tensor_get(result, y.data(), 0, y.size() * sizeof(float));
    ggml_backend_buffer_free(buffer);
    ggml_free(context);
    return y;
}

double rms_error(const std::vector<float> & y, const std::vector<double> & exact) {
    double sum = 0;
    for (size_t i = 0; i < y.size(); i++) sum += (y[i] - exact[i]) * (y[i] - exact[i]);
    return std::sqrt(sum / (double) y.size());
}

TEST_P(IntegerKernel, TheErrorIsNoLargerThanGgmls) {
    std::mt19937 random(5);
    const int64_t outputs = 96, columns = 1024, n = 24;
    const file_matrix m = rounded_normal(GetParam(), outputs, columns, random);
    const std::vector<float> w = m.values(), x = random_rows(n, columns, random);
    std::vector<double> exact;
    for (int64_t r = 0; r < n; r++) {
        for (int64_t o = 0; o < outputs; o++) {
            double sum = 0;
            for (int64_t c = 0; c < columns; c++) {
                sum += (double) w[(size_t) (o * columns + c)] * x[(size_t) (r * columns + c)];
            }
            exact.push_back(sum);
        }
    }
    const double of_stock = rms_error(of_ggml(m, x, n), exact);
    for (const integer_kernel * kernel : integer_kernels()) {
        const double of_ours = rms_error(product(*kernel, GetParam(), packed(m), outputs, columns, x, 0, n), exact);
        RecordProperty("error", std::to_string(of_ours) + ", ggml's " + std::to_string(of_stock));
        EXPECT_LE(of_ours, 1.01 * of_stock) << kernel->name;
        EXPECT_GT(of_ours, 0);
    }
}

TEST_P(IntegerKernel, ValuesThatAreNotFiniteMakeTheirRowNaNAndNoOther) {
    std::mt19937 random(6);
    const int64_t outputs = 20, columns = 512, n = 11;
    const bytes weights = packed(rounded_normal(GetParam(), outputs, columns, random));
    std::vector<float> x = random_rows(n, columns, random);
    for (const integer_kernel * kernel : integer_kernels()) {
        const std::vector<float> y = product(*kernel, GetParam(), weights, outputs, columns, x, 0, n);
        std::vector<float> bad = x;
        bad[1 * columns + 40] = std::numeric_limits<float>::quiet_NaN();
        bad[3 * columns + 511] = std::numeric_limits<float>::infinity();
        bad[4 * columns] = -std::numeric_limits<float>::infinity();
        for (int64_t c = 0; c < columns; c++) {
            bad[(size_t) (6 * columns + c)] = 0;
            bad[(size_t) (7 * columns + c)] = 1e-40f;
        }
        bad[8 * columns + 1] = std::numeric_limits<float>::max();
        const std::vector<float> z = product(*kernel, GetParam(), weights, outputs, columns, bad, 0, n);
        for (int64_t r = 0; r < n; r++) {
            for (int64_t o = 0; o < outputs; o++) {
                const float v = z[(size_t) (r * outputs + o)];
                if (r == 1 || r == 3 || r == 4) {
                    ASSERT_TRUE(std::isnan(v)) << kernel->name << r;
                } else if (r == 6 || r == 7) {
                    ASSERT_EQ(v, 0) << kernel->name << r;
                } else if (r != 8) {
                    ASSERT_TRUE(same_bits(v, y[(size_t) (r * outputs + o)])) << kernel->name << r;
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Types, IntegerKernel, testing::ValuesIn(types),
                         [](const auto & test) { return std::string(ggml_type_name(test.param)); });

TEST(IntegerKernelChoice, TypesWithoutALayoutHaveNone) {
    EXPECT_FALSE(integer_kernels().empty());
    EXPECT_STREQ(integer_kernels().back()->name, "portable");
    for (ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_IQ2_XS, GGML_TYPE_TQ1_0}) {
        EXPECT_EQ(packed_format_of(type), nullptr);
    }
}

} // namespace
} // namespace gto
