// Random cases of the row kernels between the products of attention. The host runs them in their general form. NaN
// stand where a kernel must not read.
#pragma once

#include "accelerator/case_values.h"

#include <array>

namespace gto_test {

// Query rows of three sequences, a block each. Their trunks lie one after another in the pool, before all extra rows.
class attention_case {
  public:
    static constexpr int32_t variants = 6;

    struct sequence {
        gto::attention_block block;
        std::vector<int32_t> visible, extras; // of its query rows
    };

    attention_case(kernel_runner & r, std::mt19937 & random, int32_t variant) : r_(r), random_(random) {
        constexpr int32_t n_head_kv = 2, head_dims[] = {1, 7, 33}, most_extras = 3;
        const std::array<int32_t, 3> trunks = {variant % 2 ? 300 : 7, 0, 33}, queries = {3, 2, 4};
        const int32_t trunk_rows = std::accumulate(trunks.begin(), trunks.end(), 0),
                      extra_rows = most_extras * std::accumulate(queries.begin(), queries.end(), 0);
        const std::vector<int32_t> free_rows = random_choice(random, extra_rows, extra_rows);
        std::vector<int32_t> pool_row, trunk_end, extra_begin = {0}, extra;
        for (size_t i = 0; i < trunks.size(); i++) {
            sequence s = {};
            gto::attention_block & b = s.block;
            b.n_head = n_head_kv * (variant % 2 ? 3 : 1);
            b.n_head_kv = n_head_kv;
            b.group = b.n_head / n_head_kv;
            b.head_dim = head_dims[variant / 2];
            b.rows = queries[i];
            b.width = b.trunk = trunks[i];
            b.trunk_begin = std::accumulate(trunks.begin(), trunks.begin() + i, 0);
            for (int32_t query = 0; query < queries[i]; query++) {
                const int32_t visible = query == 0 ? trunks[i] : uniform(0, trunks[i]);
                const int32_t extras = uniform(visible == 0 ? 1 : 0, most_extras); // each query sees a key
                for (int32_t e = 0; e < extras; e++) extra.push_back(trunk_rows + free_rows[extra.size()]);
                pool_row.push_back(extras > 0 ? extra.back() : b.trunk_begin + query);
                trunk_end.push_back(b.trunk_begin + visible);
                extra_begin.push_back((int32_t) extra.size());
                s.visible.push_back(visible);
                s.extras.push_back(extras);
                b.width = std::max(b.width, b.trunk + extras);
            }
            sequences_.push_back(s);
        }
        const int32_t *rows = r.array(pool_row), *ends = r.array(trunk_end), *begins = r.array(extra_begin),
                      *all = r.array(extra);
        int64_t first = 0;
        for (sequence & s : sequences_) {
            s.block.pool_row = rows + first;
            s.block.trunk_end = ends + first;
            s.block.extra_begin = begins + first;
            s.block.extra = all;
            first += s.block.rows;
        }
        const gto::attention_block & b = sequences_[0].block;
        pool_ = random_matrix(r, random, trunk_rows + extra_rows, b.q_cols() + 2 * b.kv_cols());
    }

    const std::vector<sequence> & sequences() const { return sequences_; }
    const gto::matrix & pool() const { return pool_; }

    static int64_t by_heads(const sequence & s) { return s.block.rows * s.block.n_head * s.block.head_dim; }
    float * random_by_heads(const sequence & s, float deviation = 0.5f) {
        return r_.array(random_floats(random_, by_heads(s), deviation));
    }

    static int64_t by_keys(const sequence & s) { return s.block.rows * s.block.n_head * s.block.width; }
    // Scores or the like: random for the trunk keys and for the extra keys that a query sees, NaN elsewhere.
    float * random_by_keys(const sequence & s, bool trunk, bool extra) {
        std::vector<float> values = random_floats(random_, by_keys(s), 1.0f);
        for (size_t i = 0; i < values.size(); i++) {
            const int64_t query = s.block.query_of((int64_t) i / s.block.width);
            const int64_t key = (int64_t) i % s.block.width, of_extra = key - s.block.trunk;
            const bool is_trunk = of_extra < 0, seen = is_trunk ? key < s.visible[query] : of_extra < s.extras[query];
            if (!seen || !(is_trunk ? trunk : extra)) values[i] = NAN;
        }
        return r_.array(values);
    }
    gto::matrix random_rows(const sequence & s) { return random_matrix(r_, random_, s.block.rows, s.block.q_cols()); }

  private:
    int32_t uniform(int32_t from, int32_t to) { return random_integers(random_, 1, from, to)[0]; }

    kernel_runner & r_;
    std::mt19937 & random_;
    std::vector<sequence> sequences_;
    gto::matrix pool_;
};

template <> struct kernel_case<gto::gathered_heads> {
    static constexpr int32_t variants = 2 * attention_case::variants; // rows of the pool, or rows as they are

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        attention_case c(r, random, variant / 2);
        for (const attention_case::sequence & s : c.sequences()) {
            const size_t size = (size_t) attention_case::by_heads(s) + gap;
            float * to = r.array(std::vector<float>(size, 7.0f));
            if (variant % 2) {
                r.launch(s.block.rows, gto::gathered_heads{s.block, c.pool(), s.block.pool_row, 0.3f, to});
            } else {
                r.launch(s.block.rows, gto::gathered_heads{s.block, c.random_rows(s), nullptr, 1.0f, to});
            }
            r.output("heads", to, size);
        }
    }
};

template <> struct kernel_case<gto::attention_softmax_rows> {
    static constexpr int32_t variants = 2 * attention_case::variants; // steep without lse, or flat with it

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        const bool steep = variant % 2 == 0; // exp overflows beside any but the largest score
        // a score is the exponent of its probability, which has the score's error as its relative error
        const double tolerance = steep ? 100.0 * close_enough : close_enough;
        attention_case c(r, random, variant / 2);
        for (const attention_case::sequence & s : c.sequences()) {
            float * scores = c.random_by_keys(s, true, false);
            const float * queries = c.random_by_heads(s, steep ? 50.0f : 0.5f);
            const gto::matrix lse = random_matrix(r, random, s.block.rows, s.block.n_head);
            r.launch(s.block.rows * s.block.n_head,
                     gto::attention_softmax_rows{s.block, c.pool(), queries, scores, steep ? gto::matrix() : lse});
            r.output("scores", scores, attention_case::by_keys(s), tolerance);
            output(r, "lse", lse, close_enough);
        }
    }
};

template <> struct kernel_case<gto::attention_output_rows> {
    static constexpr int32_t variants = attention_case::variants;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        attention_case c(r, random, variant);
        for (const attention_case::sequence & s : c.sequences()) {
            const gto::matrix out = c.random_rows(s);
            r.launch(s.block.rows, gto::attention_output_rows{s.block, c.pool(), c.random_by_keys(s, false, true),
                                                              c.random_by_heads(s), out});
            output(r, "out", out, close_enough);
        }
    }
};

template <> struct kernel_case<gto::attention_score_gradient_rows> {
    static constexpr int32_t variants = attention_case::variants;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        attention_case c(r, random, variant);
        for (const attention_case::sequence & s : c.sequences()) {
            float * d_scores = c.random_by_keys(s, true, false);
            r.launch(s.block.rows * s.block.n_head,
                     gto::attention_score_gradient_rows{s.block, c.pool(), c.random_rows(s), c.random_by_heads(s),
                                                        c.random_by_keys(s, true, true), d_scores});
            r.output("d_scores", d_scores, attention_case::by_keys(s), close_enough);
        }
    }
};

template <> struct kernel_case<gto::attention_pool_gradient_rows> {
    static constexpr int32_t variants = attention_case::variants;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        attention_case c(r, random, variant);
        const gto::matrix d_pool = random_matrix(r, random, c.pool().rows, c.pool().cols);
        for (const attention_case::sequence & s : c.sequences()) {
            r.launch(s.block.rows,
                     gto::attention_pool_gradient_rows{s.block, c.pool(), c.random_by_heads(s), c.random_by_heads(s),
                                                       c.random_by_heads(s), c.random_by_keys(s, false, true),
                                                       c.random_by_keys(s, false, true), 0.3f, d_pool});
        }
        output(r, "d_pool", d_pool, close_enough);
    }
};

} // namespace gto_test
