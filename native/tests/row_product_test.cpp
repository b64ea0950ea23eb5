// Products with what makes their rows and what takes their results, for any number of rows and threads.
#include "cpu/packed_format.h"
#include "device/row_product.h"
#include "support/gaussian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace gto;
using gto_test::gaussian;

namespace {

constexpr int64_t columns = 96, outputs = 70; // of each of two parts: four tiles and a bit

struct RowProduct : testing::TestWithParam<ggml_type> {
    RowProduct() : format(packed_format_of(GetParam())) {
        gaussian random(3);
        std::vector<float> values((size_t) (2 * outputs * columns));
        for (float & v : values) v = random();
        const size_t row = ggml_row_size(GetParam(), columns);
        std::vector<char> rounded(2 * outputs * row);
        exact = values;
        if (GetParam() == GGML_TYPE_F32) {
            memcpy(rounded.data(), values.data(), rounded.size());
        } else {
            ggml_get_type_traits(GetParam())->from_float_ref(values.data(), rounded.data(), (int64_t) values.size());
            ggml_get_type_traits(GetParam())->to_float(rounded.data(), exact.data(), (int64_t) values.size());
        }
        held = rounded;
        if (!format) return;
        held.assign(2 * format->bytes(outputs, columns), 0);
        const size_t tile = format->bytes(16, columns);
        for (int64_t p = 0; p < 2; p++) {
            for (int64_t o = 0; o < outputs; o += 16) {
                format->pack(rounded.data() + (size_t) (p * outputs + o) * row, row, std::min<int64_t>(16, outputs - o),
                             columns / format->block,
                             held.data() + (size_t) p * format->bytes(outputs, columns) + (size_t) (o / 16) * tile);
            }
        }
    }
    weights both() const { return {held.data(), GetParam(), 2 * outputs, columns, 2, format}; }

    // All threads' shares, one after the other.
    static void compute(const row_product & product, int nth) {
        std::vector<char> memory(product.scratch_bytes(nth) + 64);
        void * scratch = memory.data() + (64 - (uintptr_t) memory.data() % 64) % 64;
        if (product.prepares()) {
            for (int ith = 0; ith < nth; ith++) product.prepare(scratch, ith, nth);
        }
        for (int ith = 0; ith < nth; ith++) product.multiply(scratch, ith, nth);
    }

    static float made(int64_t row, int64_t column) { return std::sin((float) (row * 31 + column)); }

    const packed_format * format;
    std::vector<char> held;
    std::vector<float> exact; // what the rounded weights are
};

} // namespace

TEST_P(RowProduct, IsTheProductWhateverIsBeside) {
    std::vector<float> alone; // of all rows, one by one
    for (int64_t rows : {1, 2, 5, 9}) {
        for (int nth : {1, 2, 3, 16}) {
            std::vector<float> a((size_t) (rows * columns)), c((size_t) (rows * 2 * outputs));
            row_product product{dense(c.data(), rows, 2 * outputs),
                                dense(a.data(), rows, columns),
                                both(),
                                [](int64_t i, float * to, bool) {
                                    for (int64_t k = 0; k < columns; k++) to[k] = made(i, k);
                                },
                                {}};
            compute(product, nth);
            for (int64_t r = 0; r < rows; r++) {
                for (int64_t o = 0; o < 2 * outputs; o++) {
                    double sum = 0, size = 0;
                    for (int64_t k = 0; k < columns; k++) {
                        const double term = (double) exact[(size_t) (o * columns + k)] * made(r, k);
                        sum += term;
                        size += std::fabs(term);
                    }
                    ASSERT_NEAR(c[(size_t) (r * 2 * outputs + o)], sum, size * (format ? 4e-3 : 1e-6))
                        << rows << " rows, row " << r << ", output " << o;
                }
                for (int64_t k = 0; k < columns; k++) {
                    ASSERT_EQ(a[(size_t) (r * columns + k)], made(r, k)) << "the row itself is kept";
                }
            }
            if (rows == 1) continue;
            for (int64_t r = 0; r < rows; r++) {
                std::vector<float> own(columns), out(2 * outputs);
                for (int64_t k = 0; k < columns; k++) own[(size_t) k] = made(r, k);
                compute({dense(out.data(), 1, 2 * outputs), dense(own.data(), 1, columns), both(), {}, {}}, 1);
                ASSERT_EQ(0, memcmp(out.data(), &c[(size_t) (r * 2 * outputs)], out.size() * sizeof(float)))
                    << rows << " rows, " << nth << " threads, row " << r;
            }
        }
    }
}

TEST_P(RowProduct, EachResultIsTakenOnceAndEachRowKeptOnce) {
    for (int64_t rows : {1, 4}) {
        for (int nth : {1, 3, 16}) {
            for (int64_t multiple : {16, 64}) {
                std::vector<float> a((size_t) (rows * columns)), c((size_t) (rows * 2 * outputs));
                std::vector<int> kept((size_t) rows), taken((size_t) (rows * outputs));
                const row_product product{dense(c.data(), rows, 2 * outputs),
                                          dense(a.data(), rows, columns),
                                          both(),
                                          [&](int64_t i, float * to, bool keep) {
                                              std::fill_n(to, columns, 1.0f);
                                              kept[(size_t) i] += keep;
                                              EXPECT_EQ(keep, to == &a[(size_t) (i * columns)]);
                                          },
                                          {[&](int64_t i, int64_t first, int64_t last) {
                                               EXPECT_EQ(0, first % multiple);
                                               EXPECT_TRUE(last % multiple == 0 || last == outputs);
                                               for (int64_t o = first; o < last; o++) {
                                                   taken[(size_t) (i * outputs + o)]++;
                                               }
                                           },
                                           multiple}};
                compute(product, nth);
                EXPECT_EQ(kept, std::vector<int>((size_t) rows, 1));
                EXPECT_EQ(taken, std::vector<int>((size_t) (rows * outputs), 1));
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Types, RowProduct, testing::Values(GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_Q8_0),
                         [](const auto & test) { return std::string(ggml_type_name(test.param)); });
