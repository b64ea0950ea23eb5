// Attention and its gradient against a dense form in double precision with a mask written out as a table, for contexts
// of 1..64 rows and more.
#include "draft/attention.h"
#include "support/gaussian.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace gto;
using gto_test::gaussian;

namespace {

using table = std::vector<std::vector<bool>>;

struct storage {
    storage(int64_t rows, int64_t cols) : values(rows * cols), all(dense(values.data(), rows, cols)) {}
    std::vector<float> values;
    matrix all;
};

// Sequences of trunk rows one after the other, then chains of `own` rows below some of them; the last row of each chain
// asks (without chains: its trunk row).
struct problem {
    problem(const std::vector<int32_t> & lengths, int32_t own, gaussian & random) {
        int32_t begin = 0;
        std::vector<std::pair<int32_t, int32_t>> roots; // trunk row, first row of its sequence
        for (const int32_t length : lengths) {
            for (int32_t t = 0; t < length; t++) {
                if (random.integer(4) != 0) roots.emplace_back(begin + t, begin);
            }
            begin += length;
        }
        trunk = begin;
        const int32_t chains = (int32_t) roots.size();
        pool = trunk + own * chains;
        for (int32_t i = 0; i < chains; i++) {
            const auto [root, first] = roots[i];
            // a chain's rows lie apart, as passes follow each other
            rows.add(own == 0 ? root : trunk + (own - 1) * chains + i, first, root + 1);
            for (int32_t j = 0; j < own; j++) rows.extra.push_back(trunk + j * chains + i);
            rows.close();
            std::vector<bool> may(pool);
            for (int32_t k = 0; k < pool; k++) may[k] = k < trunk ? k >= first && k <= root : (k - trunk) % chains == i;
            mask.push_back(may);
        }
    }

    attention_rows rows;
    table mask;
    int32_t trunk, pool;
};

class attention : public testing::Test {
  protected:
    static constexpr attention_shape shape = {4, 2, 8};
    static constexpr int group = shape.n_head / shape.n_head_kv, D = shape.head_dim;

    static int64_t k_column(int head) { return shape.q_cols() + head / group * D; }
    static int64_t v_column(int head) { return k_column(head) + shape.kv_cols(); }

    void compare(const problem & p, int nth, gaussian & random) {
        const int64_t n = p.rows.size(), q = shape.q_cols(), kv = shape.kv_cols(), cols = q + 2 * kv;
        storage pool(p.pool, cols), out(n, q), lse(n, shape.n_head), d_out(n, q), d_pool(p.pool, cols),
            trunk_sums((int64_t) nth * p.trunk, 2 * kv);
        for (float & v : pool.values) v = 0.7f * random();
        for (float & v : d_out.values) v = random();
        for (int ith = 0; ith < nth; ith++) attention_forward(shape, pool.all, p.rows, out.all, lse.all, ith, nth);
        for (int ith = 0; ith < nth; ith++) {
            attention_backward(shape, pool.all, p.rows, out.all, lse.all, d_out.all, d_pool.all,
                               trunk_sums.all.slice(ith * p.trunk, p.trunk), ith, nth);
        }
        for (int64_t i = 0; i < (int64_t) nth * p.trunk; i++) {
            for (int64_t c = 0; c < 2 * kv; c++) d_pool.all.row(i % p.trunk)[q + c] += trunk_sums.all.row(i)[c];
        }
        std::vector<double> expected(p.pool * cols); // d_pool
        for (int64_t i = 0; i < n; i++) {
            for (int head = 0; head < shape.n_head; head++) {
                check_row(p, pool.all, i, head, out.all, lse.all, d_out.all, expected);
            }
        }
        for (int64_t i = 0; i < p.pool * cols; i++) {
            ASSERT_NEAR(d_pool.values[i], expected[i], 2e-5)
                << "gradient of pool row " << i / cols << ", column " << i % cols;
        }
    }

    // One query's probabilities, output and gradients, key by key.
    static void check_row(const problem & p, const matrix & pool, int64_t i, int head, const matrix & out,
                          const matrix & lse, const matrix & d_out, std::vector<double> & expected) {
        const int64_t asks = p.rows.pool_row[i], cols = pool.cols;
        const float *query = pool.row(asks) + head * D, *d_o = d_out.row(i) + head * D;
        const double scale = 1 / std::sqrt((double) D);
        std::vector<double> weight(p.pool), o(D);
        double sum = 0, delta = 0;
        for (int64_t k = 0; k < p.pool; k++) {
            double score = 0;
            for (int d = 0; d < D; d++) score += (double) query[d] * pool.row(k)[k_column(head) + d];
            sum += weight[k] = p.mask[i][k] ? std::exp(score * scale) : 0;
        }
        for (int64_t k = 0; k < p.pool; k++) {
            for (int d = 0; d < D; d++) o[d] += weight[k] / sum * pool.row(k)[v_column(head) + d];
        }
        EXPECT_NEAR(lse.row(i)[head], std::log(sum), 1e-5);
        for (int d = 0; d < D; d++) {
            ASSERT_NEAR(out.row(i)[head * D + d], o[d], 1e-5) << "output " << i << ", head " << head;
            delta += d_o[d] * o[d];
        }
        for (int64_t k = 0; k < p.pool; k++) {
            double d_weight = 0;
            for (int d = 0; d < D; d++) d_weight += (double) d_o[d] * pool.row(k)[v_column(head) + d];
            const double probability = weight[k] / sum, d_score = probability * (d_weight - delta) * scale;
            for (int d = 0; d < D; d++) {
                expected[asks * cols + head * D + d] += d_score * pool.row(k)[k_column(head) + d];
                expected[k * cols + k_column(head) + d] += d_score * query[d];
                expected[k * cols + v_column(head) + d] += probability * d_o[d];
            }
        }
    }
};

TEST_F(attention, equals_its_dense_form_for_all_lengths) {
    gaussian random(5);
    for (int32_t length = 1; length <= 64; length++) {
        SCOPED_TRACE("length " + std::to_string(length));
        const std::vector<int32_t> lengths = {1 + (int32_t) random.integer(12), length,
                                              1 + (int32_t) random.integer(12)};
        compare(problem(lengths, length % 7, random), 1 + length % 3, random);
    }
}

TEST_F(attention, equals_its_dense_form_over_several_tiles) {
    gaussian random(6);
    for (const int32_t length : {65, 127, 128, 129, 200}) {
        SCOPED_TRACE("length " + std::to_string(length));
        compare(problem({length, 30}, 3, random), 2, random);
        compare(problem({30, length}, 0, random), 1, random);
    }
}

} // namespace
