// Row kernels over the draft's and the target's logits (draft/ttt.cpp).
#pragma once

#include "kernel/matrix.h"
#include "loss/kernels.h"

namespace gto {

// What follows the product of the target's head, in order: z = tanh(z), or scale z + bias.
struct logit_steps_list {
    static constexpr int32_t most = 8;
    struct step {
        int32_t tanh;
        float scale, bias;
    };
    step steps[most];
    int64_t count;
};

// z [rows][n_own + more] becomes softmax of what the steps make of it. Of the columns behind the n_own row i has
// [offered_begin[i], offered_end[i]), the others are 0; null: it has all.
struct distribution_rows {
    matrix z;
    logit_steps_list list;
    int64_t n_own;
    const int32_t *offered_begin, *offered_end;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        float * row = z.row(i);
        for (int32_t k = 0; k < list.count; k++) {
            const logit_steps_list::step s = list.steps[k];
            each_between(g, 0, z.cols, [=](int64_t v) { row[v] = s.tanh ? tanhf(row[v]) : s.scale * row[v] + s.bias; });
        }
        if (offered_end) { // each lane its own columns, as above
            const int64_t own = n_own, begin = own + offered_begin[i], end = own + offered_end[i];
            each_between(g, 0, z.cols, [=](int64_t v) {
                if (v >= own && (v < begin || v >= end)) row[v] = -INFINITY;
            });
        }
        softmax_row(g, row, (int32_t) z.cols);
    }
    void operator()(host_group, int32_t i) const; // ttt.cpp
};

// Row i of z becomes d(logits); rows[i] says what token_loss_row does. target[i] is the row of `distribution`, or -1:
// then the token weight counts 0.
struct token_loss_rows {
    token_loss loss;
    matrix z, distribution;
    const int32_t *label, *target;
    const float *token_weight, *policy_weight;
    loss_row * rows;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const int32_t from = target[i];
        const loss_row row =
            token_loss_row(g, loss, z.row(i), from < 0 ? nullptr : distribution.row(from), (int32_t) z.cols,
                           from < 0 ? 0.0f : token_weight[i], policy_weight[i], label[i]);
        if (g.rank() == 0) rows[i] = row;
    }
    void operator()(host_group, int32_t i) const; // ttt.cpp
};

// Row i of z becomes d(logits) of the labels [begin[i], begin[i+1]) - begin[0], see weighted_labels_row.
struct weighted_label_rows {
    matrix z;
    const int32_t *begin, *label;
    const float * weight;
    float * log_prob;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const int32_t from = begin[i] - begin[0];
        weighted_labels_row(g, z.row(i), (int32_t) z.cols, begin[i + 1] - begin[i], label + from, weight + from,
                            log_prob + from);
    }
    void operator()(host_group, int32_t i) const; // ttt.cpp
};

} // namespace gto
