// Random cases of the row kernels of the draft's forward pass, and of rounded_rows.
#pragma once

#include "accelerator/case_values.h"
#include "kernel/half.h"

namespace gto_test {

template <> struct kernel_case<gto::rounded_rows> {
    static constexpr int32_t variants = 2 * n_widths; // F16, BF16

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 6;
        const int32_t cols = widths[variant / 2];
        std::vector<float> values = random_floats(random, (size_t) (n * (cols + gap)), 1.0f);
        for (size_t i = 0; i < values.size(); i++) {
            const uint32_t bits = gto::bits_of_float(values[i]);
            if (i % 4 == 0) values[i] = gto::float_of_bits((uint32_t) random());                // any number, and NaN
            if (i % 4 == 1) values[i] = gto::float_of_bits((bits & 0xffffe000u) | 0x00001000u); // ties of F16
            if (i % 4 == 2) values[i] = gto::float_of_bits((bits & 0xffff0000u) | 0x00008000u); // and of BF16
        }
        const gto::matrix from = matrix_of(r, values, cols);
        const size_t size = (size_t) n * cols + gap;
        auto * to = r.array(std::vector<uint16_t>(size, 7));
        r.launch(n, gto::rounded_rows{from, to, variant % 2});
        r.output("rounded", to, size);
    }
};

template <> struct kernel_case<gto::copied_rows> {
    static constexpr int32_t variants = 4 * n_widths; // with either map or without

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, from_rows = 8, to_rows = 9;
        const int32_t cols = widths[variant / 4];
        const gto::matrix from = random_matrix(r, random, from_rows, cols),
                          to = random_matrix(r, random, to_rows, cols);
        const int32_t * from_row = variant & 1 ? r.array(random_integers(random, n, 0, from_rows - 1)) : nullptr;
        const int32_t * to_row = variant & 2 ? r.array(random_choice(random, to_rows, n)) : nullptr;
        r.launch(n, gto::copied_rows{from, from_row, to, to_row});
        output(r, "to", to);
    }
};

template <> struct kernel_case<gto::scaled_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, first = 3;
        const int32_t cols = widths[variant];
        const gto::matrix from = random_matrix(r, random, first + n, cols), to = random_matrix(r, random, n, cols);
        r.launch(n, gto::scaled_rows{from, first, r.array(random_floats(random, cols, 1.0f)), to});
        output(r, "to", to);
    }
};

template <> struct kernel_case<gto::input_rows> {
    static constexpr int32_t types[] = {gto::embedding_table::f32, gto::embedding_table::f16,
                                        gto::embedding_table::bf16};
    static constexpr int32_t variants = 3 * n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, n_tokens = 11;
        const int32_t d = widths[variant / 3], type = types[variant % 3];
        std::vector<float> values = random_floats(random, (size_t) n_tokens * d, 1.0f);
        for (int32_t i = 0; i < d; i++) values[i] *= 1e-6f; // as F16 below the normal numbers
        std::vector<int32_t> token = random_integers(random, n, 0, n_tokens - 1);
        token[0] = 0;
        gto::input_rows k = {};
        k.table = table(r, values, type, d);
        k.token = r.array(token);
        k.g = random_matrix(r, random, n, d);
        k.e = random_matrix(r, random, n, d);
        k.c = random_matrix(r, random, n, 2 * (int64_t) d);
        k.embedding_norm = r.array(random_floats(random, d, 1.0f));
        k.hidden_norm = r.array(random_floats(random, d, 1.0f));
        k.eps = 0.1f;
        r.launch(n, k);
        output(r, "e", k.e);
        output(r, "c", k.c, close_enough);
    }

  private:
    static gto::embedding_table table(kernel_runner & r, const std::vector<float> & values, int32_t type, int32_t d) {
        if (type == gto::embedding_table::f32) return {r.array(values), type, d, d * (int64_t) sizeof(float)};
        std::vector<uint16_t> halves;
        for (const float v : values) {
            halves.push_back(type == gto::embedding_table::f16 ? gto::f16_of_float(v) : gto::bf16_of_float(v));
        }
        return {r.array(halves), type, d, d * (int64_t) sizeof(uint16_t)};
    }
};

template <> struct kernel_case<gto::biased_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        const int32_t cols = widths[variant];
        const gto::matrix x = random_matrix(r, random, n, cols);
        r.launch(n, gto::biased_rows{x, r.array(random_floats(random, cols, 1.0f))});
        output(r, "x", x);
    }
};

template <> struct kernel_case<gto::rotated_rows> {
    static constexpr int32_t halves[] = {1, 7, 33, 50};
    static constexpr int32_t variants = 2 * 4;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, heads = 3, n_positions = 20;
        const int32_t half = halves[variant / 2];
        std::vector<float> cosine, sine;
        for (const float angle : random_floats(random, (size_t) n_positions * half, 2.0f)) {
            cosine.push_back(std::cos(angle));
            sine.push_back(std::sin(angle));
        }
        gto::rotated_rows k = {};
        k.rotated = 2 * heads * half;
        k.qkv = random_matrix(r, random, n, k.rotated + 2 * half); // values last
        k.angles = {r.array(cosine), r.array(sine), half};
        k.position = r.array(random_integers(random, n, 0, n_positions - 1));
        k.sign = variant % 2 ? -1.0f : 1.0f;
        r.launch(n, k);
        output(r, "qkv", k.qkv, close_enough);
    }
};

template <> struct kernel_case<gto::residual_rows> {
    static constexpr int32_t variants = 2 * n_widths; // as they are, by places

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, before = 8, first_place = 100;
        const int32_t cols = widths[variant / 2];
        gto::residual_rows k = {};
        k.residual = random_matrix(r, random, before, cols);
        k.sum = random_matrix(r, random, n, cols);
        k.out = random_matrix(r, random, n, cols);
        if (variant % 2) {
            k.place = r.array(random_integers(random, n, first_place, first_place + before - 1));
            k.first_place = first_place;
        }
        r.launch(n, k);
        output(r, "out", k.out);
    }
};

template <> struct kernel_case<gto::normed_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        const int32_t cols = widths[variant];
        const gto::matrix x = random_matrix(r, random, n, cols, 3.0f), to = random_matrix(r, random, n, cols);
        r.launch(n, gto::normed_rows{x, r.array(random_floats(random, cols, 1.0f)), 0.1f, to});
        output(r, "to", to, close_enough);
    }
};

template <> struct kernel_case<gto::swiglu_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        const int32_t n_ff = widths[variant];
        const gto::matrix gate_up = random_matrix(r, random, n, 2 * (int64_t) n_ff, 8.0f);
        const gto::matrix s = random_matrix(r, random, n, n_ff);
        r.launch(n, gto::swiglu_rows{gate_up, s});
        output(r, "s", s, close_enough);
    }
};

template <> struct kernel_case<gto::offered_rows> {
    static constexpr int32_t variants = n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        const int32_t n_more = vocabularies[variant];
        const gto::matrix z = random_matrix(r, random, n, n_more, 2.0f);
        std::vector<int32_t> begin = random_integers(random, n, 0, n_more), end = random_integers(random, n, 0, n_more);
        for (int32_t i = 0; i < n; i++) {
            if (begin[i] > end[i]) std::swap(begin[i], end[i]);
        }
        end[0] = begin[0];
        begin[1] = 0;
        end[1] = n_more;
        std::vector<int32_t> bigrams_begin = {0}, bigrams;
        for (int32_t i = 0; i < n; i++) {
            for (int32_t m = i; m < n_more; m += 1 + i) bigrams.push_back(m);
            bigrams_begin.push_back((int32_t) bigrams.size());
        }
        r.launch(n, gto::offered_rows{z, variant % 2 ? r.array(begin) : nullptr, r.array(end), 0.75f,
                                      r.array(bigrams_begin), r.array(bigrams), 1.5f});
        output(r, "z", z);
    }
};

template <> struct kernel_case<gto::child_rows> {
    // with ties or without, with queries or without, with tokens beside the draft's own or without
    static constexpr int32_t variants = 8 * n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 4, n_more = 5; // of the target's vocabulary, which the draft doesn't have
        const int32_t n_draft = vocabularies[variant / 8], n_parts = (n_draft + part - 1) / part;
        const int32_t n_logits = n_draft + (variant & 4 ? n_more : 0);
        std::vector<float> z = random_floats(random, (size_t) (n * (n_logits + gap)), 2.0f);
        if (variant & 1) { // ties
            for (float & v : z) v = std::round(v);
        }
        gto::child_rows k = {};
        k.n_vocab = n_draft + n_more;
        const std::vector<int32_t> d2t = random_choice(random, k.n_vocab, n_draft);
        std::vector<int32_t> t2d(k.n_vocab, -1);
        for (int32_t i = 0; i < n_draft; i++) t2d[d2t[i]] = i;
        k.k = std::min(n_draft, 10);
        k.n_own = n_draft;
        if (variant & 4) {
            std::vector<int32_t> more, offered = {0, 1, n_more - 1, n_more};
            for (int32_t v = 0; v < k.n_vocab; v++) {
                if (t2d[v] < 0) more.push_back(v);
            }
            for (int32_t i = 0; i < n; i++) {
                for (int32_t m = offered[i]; m < n_more; m++)
                    z[(size_t) (i * (n_logits + gap) + n_draft + m)] = -INFINITY;
            }
            k.more = r.array(more);
            k.offered = r.array(offered);
        }
        k.z = matrix_of(r, z, n_logits);
        k.d2t = r.array(d2t);
        k.t2d = r.array(t2d);
        k.sums = matrix_of(r, sums(r, z, n_logits, n_draft, n_parts), n_parts);
        const size_t found = (size_t) n * k.k + gap;
        k.tokens = r.array(std::vector<int32_t>(found, -7));
        k.log_probs = r.array(std::vector<float>(found, 7.0f));
        k.query_log_probs = r.array(std::vector<float>(n, 7.0f));
        std::vector<int32_t> query = random_integers(random, n, -1, k.n_vocab);
        query[0] = d2t[n_draft / 2];
        if (variant & 2) k.query = r.array(query);
        r.launch(n, k);
        r.output("tokens", k.tokens, found);
        r.output("log_probs", k.log_probs, found, close_enough);
        r.output("query_log_probs", k.query_log_probs, n, close_enough);
    }

  private:
    static constexpr int32_t part = gto::child_rows::part;

    // What child_sums leaves on the host; a device has none.
    static std::vector<float> sums(const kernel_runner & r, std::vector<float> & z, int32_t n_logits, int32_t n_draft,
                                   int32_t n_parts) {
        const int64_t z_stride = n_logits + gap, stride = n_parts + gap, n = (int64_t) z.size() / z_stride;
        std::vector<float> out((size_t) (n * stride), NAN);
        if (!r.is_host()) return out;
        const gto::child_sums made = {{z.data(), n, n_draft, z_stride}, {out.data(), n, n_parts, stride}};
        for (int64_t i = 0; i < n; i++) made.take(gto::host_group(), i, 0, n_draft);
        return out;
    }
};

} // namespace gto_test
