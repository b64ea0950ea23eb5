// Random cases of the row kernels of training: over logits, of the backward pass, of AdamW.
#pragma once

#include "accelerator/case_values.h"

namespace gto_test {

template <> struct kernel_case<gto::distribution_rows> {
    static constexpr int32_t lists = 4;
    // with tokens beside the draft's own or without
    static constexpr int32_t variants = 2 * lists * n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, n_more = 7;
        const bool more = variant >= lists * n_vocabularies;
        const int32_t n_own = vocabularies[variant / lists % n_vocabularies];
        gto::distribution_rows k = {
            random_matrix(r, random, n, n_own + (more ? n_more : 0), 4.0f), {}, n_own, nullptr, nullptr};
        if (more) {
            k.offered_begin = r.array(std::vector<int32_t>{0, 0, 3, 7, 2});
            k.offered_end = r.array(std::vector<int32_t>{7, 0, 4, 7, 6});
        }
        for (const gto::logit_steps_list::step & step : steps(variant % lists)) k.list.steps[k.list.count++] = step;
        r.launch(n, k);
        // softmax of a logit x has x's error, of a unit in the last place or two, as its relative error
        output(r, "distribution", k.z, k.list.count > 0 ? 10.0 * close_enough : close_enough);
    }

  private:
    // None, a scale, a soft cap, and as many as there may be.
    static std::vector<gto::logit_steps_list::step> steps(int32_t list) {
        const gto::logit_steps_list::step scale = {0, 0.7f, 0.1f}, tanh = {1, 0.0f, 0.0f};
        switch (list) {
            case 0: return {};
            case 1: return {scale};
            case 2: return {{0, 1.0f / 30.0f, 0.0f}, tanh, {0, 30.0f, 0.0f}};
            default: return {scale, tanh, scale, scale, tanh, scale, tanh, scale};
        }
    }
};

template <> struct kernel_case<gto::token_loss_rows> {
    static constexpr int32_t kinds = GTO_LOSS_LK_LAMBDA - GTO_LOSS_CROSS_ENTROPY + 1;
    // with hard labels or without
    static constexpr int32_t variants = 2 * kinds * n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 6, n_distributions = 3;
        const int32_t n_vocab = vocabularies[variant / kinds % n_vocabularies], stride = n_vocab + gap;
        std::vector<float> p = random_floats(random, (size_t) n_distributions * stride, 3.0f);
        for (int32_t i = 0; i < n_distributions; i++) gto::softmax_row(gto::host_group{}, &p[i * stride], n_vocab);
        std::vector<gto::loss_row> rows(n);
        gto::token_loss_rows k = {};
        k.loss = {GTO_LOSS_CROSS_ENTROPY + variant % kinds, 3.0f, variant < kinds * n_vocabularies ? 0.0f : 0.3f};
        k.z = random_matrix(r, random, n, n_vocab, 3.0f);
        k.distribution = matrix_of(r, p, n_vocab);
        k.label = r.array(random_integers(random, n, -1, n_vocab - 1));
        k.target = r.array(std::vector<int32_t>{1, -1, 0, 2, 1, -1});
        k.token_weight = r.array(std::vector<float>{1.0f, 0.5f, 0.0f, 2.0f, 1.0f, 1.0f});
        k.policy_weight = r.array(std::vector<float>{0.0f, 0.3f, -1.0f, 0.0f, 0.7f, 0.0f});
        k.rows = r.array(rows);
        r.launch(n, k);
        rows = r.values(k.rows, n);
        output(r, "gradient", k.z, close_enough);
        keep(r, "loss", rows, &gto::loss_row::token_loss, close_enough);
        keep(r, "acceptance", rows, &gto::loss_row::acceptance, close_enough);
        keep(r, "log_prob", rows, &gto::loss_row::log_prob, close_enough);
        keep(r, "argmax", rows, &gto::loss_row::argmax, 0.0);
        keep(r, "rank", rows, &gto::loss_row::rank, 0.0);
    }

  private:
    template <class Field> static void keep(kernel_runner & r, const char * name,
                                            const std::vector<gto::loss_row> & rows, Field gto::loss_row::*field,
                                            double tolerance) {
        std::vector<double> values;
        for (const gto::loss_row & row : rows) values.push_back(row.*field);
        r.keep({name, values, tolerance});
    }
};

template <> struct kernel_case<gto::weighted_label_rows> {
    static constexpr int32_t variants = n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 4, before = 3; // labels of rows that aren't launched
        const int32_t n_vocab = vocabularies[variant];
        const std::vector<int32_t> begins = {before, before + 2, before + 2, before + 7, before + 8};
        const int32_t labels = begins.back() - before;
        gto::weighted_label_rows k = {};
        k.z = random_matrix(r, random, n, n_vocab, 3.0f);
        k.begin = r.array(begins);
        k.label = r.array(random_integers(random, labels, 0, n_vocab - 1));
        k.weight = r.array(random_floats(random, labels, 1.0f));
        k.log_prob = r.array(std::vector<float>(labels + gap, 7.0f));
        r.launch(n, k);
        output(r, "gradient", k.z, close_enough);
        r.output("log_prob", k.log_prob, labels + gap, close_enough);
    }
};

template <> struct kernel_case<gto::norm_backward_rows> {
    static constexpr int32_t bases = 4;
    static constexpr int32_t variants = bases * n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5, base_rows = 3;
        const int32_t cols = widths[variant / bases];
        gto::norm_backward_rows k = {};
        k.x = random_matrix(r, random, n, cols);
        k.w = r.array(random_floats(random, cols, 1.0f));
        k.eps = 0.5f; // the gradient of a row of one value is small as it, and else lost in rounding
        k.d_y = random_matrix(r, random, n, cols);
        k.d_x = random_matrix(r, random, n, cols);
        k.inverse = r.array(std::vector<float>(n));
        const gto::matrix base = random_matrix(r, random, base_rows, cols);
        const int32_t * place = r.array(std::vector<int32_t>{2, -1, 0, -1, 1});
        switch (variant % bases) {
            case 0: break;
            case 1: k.place = place; break;
            case 2:
                k.base = base;
                k.place = place;
                break;
            default: k.base = k.d_x;
        }
        r.launch(n, k);
        // two terms nearly cancel in a row of one value
        output(r, "d_x", k.d_x, 10.0 * close_enough);
        r.output("inverse", k.inverse, n, close_enough);
    }
};

template <> struct kernel_case<gto::norm_inverse_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        float * inverse = r.array(std::vector<float>(n + gap, 7.0f));
        r.launch(n, gto::norm_inverse_rows{random_matrix(r, random, n, widths[variant]), 0.1f, inverse});
        r.output("inverse", inverse, n + gap, close_enough);
    }
};

template <> struct kernel_case<gto::norm_gradient_columns> {
    static constexpr int32_t sizes[] = {1, 7, 33, 64, 65, 300};
    static constexpr int32_t variants = 6;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 9;
        const int32_t cols = sizes[variant];
        const gto::matrix x = random_matrix(r, random, n, cols), d_y = random_matrix(r, random, n, cols);
        const gto::matrix d_w = random_matrix(r, random, 1, cols);
        r.launch((int32_t) gto::norm_gradient_columns::count(cols),
                 gto::norm_gradient_columns{x, d_y, r.array(random_floats(random, n, 1.0f)), d_w.data});
        output(r, "d_w", d_w, close_enough);
    }
};

template <> struct kernel_case<gto::added_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        const int32_t cols = widths[variant];
        const gto::matrix to = random_matrix(r, random, 5, cols), more = random_matrix(r, random, 3, cols);
        r.launch(5, gto::added_rows{to, more, r.array(std::vector<int32_t>{2, -1, 0, -1, 1})});
        output(r, "to", to);
    }
};

template <> struct kernel_case<gto::bias_gradient_columns> {
    static constexpr int32_t sizes[] = {1, 7, 33, 64, 65, 300};
    static constexpr int32_t variants = 6;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        const int32_t cols = sizes[variant];
        const gto::matrix d_y = random_matrix(r, random, 9, cols), d_bias = random_matrix(r, random, 1, cols);
        r.launch((int32_t) gto::bias_gradient_columns::count(cols), gto::bias_gradient_columns{d_y, d_bias.data});
        output(r, "d_bias", d_bias, close_enough);
    }
};

template <> struct kernel_case<gto::swiglu_backward_rows> {
    static constexpr int32_t variants = n_widths;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        const int32_t n_ff = widths[variant];
        const gto::matrix gate_up = random_matrix(r, random, n, 2 * (int64_t) n_ff, 8.0f),
                          d_s = random_matrix(r, random, n, n_ff),
                          d_gate_up = random_matrix(r, random, n, 2 * (int64_t) n_ff);
        r.launch(n, gto::swiglu_backward_rows{gate_up, d_s, d_gate_up});
        output(r, "d_gate_up", d_gate_up, close_enough);
    }
};

// Vectors of parameters: within a piece, a piece, parts of two and of three.
constexpr int32_t parameter_counts[] = {1, 777, 1 << 14, (1 << 14) + 33, (1 << 15) + 300};
constexpr int32_t n_parameter_counts = 5;

template <> struct kernel_case<gto::adamw_pieces> {
    static constexpr int32_t variants = n_parameter_counts;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        const int64_t n = parameter_counts[variant];
        std::vector<float> second = random_floats(random, (size_t) n, 1.0f);
        for (float & v : second) v *= v;
        const gto::matrix w = random_matrix(r, random, 1, n), g = random_matrix(r, random, 1, n),
                          m = random_matrix(r, random, 1, n);
        second.resize((size_t) (n + gap), 7.0f);
        const gto::matrix v = matrix_of(r, second, n);
        const gto::adamw constants = {0.5f, 0.99f, 0.01f, 0.9f, 0.95f, 2.0f, 3.0f, 1e-8f};
        r.launch((int32_t) gto::pieces_of(n), gto::adamw_pieces{constants, n, w.data, g.data, m.data, v.data});
        output(r, "w", w, close_enough);
        output(r, "g", g);
        output(r, "m", m, close_enough);
        output(r, "v", v, close_enough);
    }
};

template <> struct kernel_case<gto::square_sum_pieces> {
    static constexpr int32_t variants = n_parameter_counts;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        const int64_t n = parameter_counts[variant], pieces = gto::pieces_of(n);
        const float * x = r.array(random_floats(random, (size_t) n, 1.0f));
        double * sums = r.array(std::vector<double>((size_t) (pieces + gap), 7.0));
        r.launch((int32_t) pieces, gto::square_sum_pieces{x, n, sums});
        r.output("sums", sums, (size_t) pieces, close_enough);
        r.output("after the sums", sums + pieces, gap);
    }
};

} // namespace gto_test
