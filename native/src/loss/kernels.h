// Row kernels over logits, for any group (kernel/group.h). The host's compiled forms are in loss/rows.h.
//
// z [n]: logits over the draft vocabulary; p [n]: the target's distribution, which sums to 1; y: the label; [c] is 1
// where c holds, else 0.
//   m = max z,  Z = sum_v exp(z_v - m),  q_v = softmax(z)_v = exp(z_v - m) / Z
//   lse           = m + log Z
//   cross_entropy = - sum_v p_v log q_v = (sum_v p_v) log Z - sum_v p_v (z_v - m)
//   log_prob      = log q_y = z_y - m - log Z
// A row's part of the objective, and its gradient, which takes the place of z:
//   J       = token_weight * token_loss(p, q) - policy_weight * log_prob
//   dJ/dz_v = token_weight * d(token_loss)/dz_v + policy_weight (q_v - [v = y])
// token_loss and d(token_loss)/dz_v are in token_loss.h. Its hard label is y, too.
#pragma once

#include "kernel/exponential.h"
#include "loss/row_result.h"
#include "loss/token_loss.h"

namespace gto {

// log sum_i exp(z[i]); -inf logits count nothing. NaN if a logit is NaN or +inf, or if all are -inf.
template <class Group> GTO_HD float log_sum_exp_row(Group g, const float * z, int32_t n) {
    const float top = largest(g, z, n).value;
    return top + (float) log(sum_over(g, n, [=](int32_t i) { return exponential(z[i] - top); }));
}

// z becomes softmax(z).
template <class Group> GTO_HD void softmax_row(Group g, float * z, int32_t n) {
    const float top = largest(g, z, n).value;
    const double sum = sum_over(g, n, [=](int32_t i) { return z[i] = exponential(z[i] - top); });
    const float scale = (float) (1.0 / sum);
    each(g, n, [=](int32_t i) { z[i] *= scale; });
}

// z becomes d(logits) = token_weight d(token loss)/dz + policy_weight (softmax(z) - onehot(label)); see gto4j/loss.h.
// With token_weight 0 p isn't read (it may be null), and token_loss and acceptance are 0. With label -1 policy_weight
// counts as 0, and so does the loss's hard share. Every lane returns the same result.
template <class Group> GTO_HD loss_row token_loss_row(Group g, token_loss loss, float * z, const float * p, int32_t n,
                                                      float token_weight, float policy_weight, int32_t label) {
    const best top = largest(g, z, n);
    const float m = top.value, z_label = label >= 0 ? z[label] : 0.0f;
    const int32_t rank = label >= 0 ? count(g, n, [=](int32_t i) { return z[i] > z_label; }) : n;
    if (label < 0) policy_weight = loss.hard_label_share = 0.0f;
    const double hard = loss.hard_label_share, soft = 1.0 - hard;

    // The reductions above are barriers: from here on every lane touches only its own entries of z.
    double sum;
    loss_row row = {0.0f, 0.0f, -INFINITY, top.index, rank};
    if (token_weight != 0.0f) {
        // - sum p log softmax(z) = sum(p) log(sum exp(z - m)) - sum p (z - m); p = 0 counts nothing, even at z = -inf
        const sums s = sum_terms(g, n, [=](int32_t i) {
            const float x = z[i] - m;
            const float e = z[i] = exponential(x);
            const float counted = p[i] == 0.0f ? 0.0f : x; // z may be -inf
            return terms{e, p[i], p[i] * counted};
        });
        sum = s.a;
        const float scale = (float) (1.0 / sum);
        const sums overlap = sum_terms(g, n, [=](int32_t i) {
            const float q = z[i] *= scale;
            const bool below = q < p[i];
            return terms{below ? q : p[i], below ? q : 0.0f, 0.0f};
        });
        const double plogp =
            loss.has_kl() ? sum_over(g, n, [=](int32_t i) { return p[i] > 0.0f ? p[i] * logf(p[i]) : 0.0f; }) : 0.0;
        const loss_gradient d = gradient_terms(loss, {s.b * log(sum) - s.c, plogp, overlap.a, overlap.b});
        const double of_label = hard > 0.0 ? hard * (log(sum) - (double) (z_label - m)) : 0.0; // the logit may be -inf
        row.token_loss = sum == sum ? (float) (soft * d.loss + of_label) : NAN; // the overlap sees no broken logit
        row.acceptance = (float) overlap.a;
        const float of_q = (float) (token_weight * (soft * d.q + hard) + policy_weight),
                    of_p = (float) (token_weight * (soft * d.p)), of_lower = (float) (token_weight * (soft * d.lower));
        each(g, n, [=](int32_t i) { z[i] = of_q * z[i] + of_p * p[i] + (z[i] < p[i] ? of_lower * z[i] : 0.0f); });
    } else {
        sum = sum_over(g, n, [=](int32_t i) { return z[i] = exponential(z[i] - m); });
        const float scale = (float) (policy_weight / sum);
        each(g, n, [=](int32_t i) { z[i] *= scale; });
    }
    // the lane that wrote z[label]
    if (label >= 0 && label % g.size() == g.rank()) z[label] -= token_weight * loss.hard_label_share + policy_weight;
    if (label >= 0) row.log_prob = (float) ((double) (z_label - m) - log(sum));
    return row;
}

// Several labels y_k with weights w_k, no token loss: J = - sum_k w_k log q_{y_k}. z becomes
//   dJ/dz_v = (sum_k w_k) q_v - sum_k w_k [v = y_k]
// log_prob[k] becomes log q_{y_k}; labels are 0..n-1. What belongs to a label is done by the lane that owns its entry
// of z, so that no lane reads what another one writes.
template <class Group> GTO_HD void weighted_labels_row(Group g, float * z, int32_t n, int32_t n_labels,
                                                       const int32_t * label, const float * weight, float * log_prob) {
    const float m = largest(g, z, n).value;
    double all = 0.0;
    for (int32_t k = 0; k < n_labels; ++k) {
        all += weight[k];
        if (label[k] % g.size() == g.rank()) log_prob[k] = z[label[k]] - m;
    }
    const double sum = sum_over(g, n, [=](int32_t i) { return z[i] = exponential(z[i] - m); });
    const float scale = (float) (all / sum), log_sum = (float) log(sum);
    each(g, n, [=](int32_t i) { z[i] *= scale; });
    for (int32_t k = 0; k < n_labels; ++k) {
        if (label[k] % g.size() != g.rank()) continue;
        z[label[k]] -= weight[k];
        log_prob[k] -= log_sum;
    }
}

// The k largest of z, best first, ties by the lower index; 1 <= k <= n. NaN counts as -inf. index and value hold k
// each. Every lane offers the best of its own share; only the lane whose offer was taken looks for its next one.
template <class Group>
GTO_HD void top_k_row(Group g, const float * z, int32_t n, int32_t k, int32_t * index, float * value) {
    constexpr float lowest = -INFINITY;
    constexpr int32_t none = INT32_MAX;
    float offer = lowest, bound = INFINITY;
    int32_t offer_index = none, bound_index = -1;
    bool search = true;
    for (int32_t j = 0; j < k; ++j) {
        if (search) {
            offer = lowest;
            offer_index = none;
            for (int32_t i = g.rank(); i < n; i += g.size()) {
                const float v = z[i] == z[i] ? z[i] : lowest;
                const bool after_bound = v < bound || (v == bound && i > bound_index);
                if (after_bound && (v > offer || offer_index == none)) {
                    offer = v;
                    offer_index = i;
                }
            }
        }
        const float top = g.max(offer);
        const int32_t winner = g.min(offer == top ? offer_index : none);
        search = winner == offer_index;
        if (search) {
            bound = offer;
            bound_index = offer_index;
            index[j] = winner;
            value[j] = top;
        }
    }
    g.sync();
}

// The same for one thread, in one sweep: a sorted list of the best so far, which few spans can enter.
GTO_HD void top_k_row(host_group, const float * z, int32_t n, int32_t k, int32_t * index, float * value) {
    constexpr float lowest = -INFINITY;
    constexpr int32_t span = 64;
    int32_t held = 0;
    for (int32_t begin = 0; begin < n; begin += span) {
        const int32_t end = n - begin < span ? n : begin + span;
        float m = lowest;
        GTO_SIMD(reduction(max : m))
        for (int32_t i = begin; i < end; ++i) m = z[i] > m ? z[i] : m;
        if (held == k && !(m > value[k - 1])) continue;
        for (int32_t i = begin; i < end; ++i) {
            const float v = z[i] == z[i] ? z[i] : lowest;
            if (held == k && !(v > value[k - 1])) continue;
            int32_t j = held < k ? held++ : k - 1;
            for (; j > 0 && v > value[j - 1]; --j) {
                value[j] = value[j - 1];
                index[j] = index[j - 1];
            }
            value[j] = v;
            index[j] = i;
        }
    }
}

} // namespace gto
