// Which token loss a row has, and its gradient by the row's sums. p: the target's distribution, q = softmax(z): the
// draft's, z: logits [n_draft_vocab]; [c] is 1 where c holds, else 0.
//   H     = - sum_v p_v log q_v                 cross_entropy
//   KL    = H + sum_v p_v log p_v               cross_entropy + plogp
//   alpha = sum_v min(p_v, q_v),  TV = 1 - alpha
//   S     = sum_v q_v [q_v < p_v]               below
// From dq_u/dz_v = q_u ([u = v] - q_v):
//   dH/dz_v     = dKL/dz_v = q_v - p_v          as p sums to 1
//   dalpha/dz_v = sum_u [q_u < p_u] dq_u/dz_v = q_v ([q_v < p_v] - S)
// so every loss has the gradient q q_v + p p_v + lower q_v [q_v < p_v] with factors (q, p, lower):
//   CROSS_ENTROPY     H                              ( 1,                        -1,        0            )
//   FORWARD_KL        KL                             ( 1,                        -1,        0            )
//   TOTAL_VARIATION   1 - alpha                      ( S,                         0,       -1            )
//   LK_ALPHA          - log alpha                    ( S / alpha,                 0,       -1 / alpha    )
//   LK_LAMBDA         lambda KL + (1 - lambda) TV    ( lambda + (1 - lambda) S,  -lambda,  -(1 - lambda) )
// with lambda = exp(-eta alpha), which counts as a constant.
//
// Mixed with the cross-entropy against a hard label y, with share a:
//   (1 - a) loss - a log q_y,   d/dz_v = (1 - a) d(loss)/dz_v + a (q_v - [v = y])
#pragma once

#include "gto4j/loss.h"
#include "kernel/group.h"

namespace gto {

struct token_loss {
    int32_t kind = GTO_LOSS_CROSS_ENTROPY; // GTO_LOSS_*
    float eta = 3.0f;                      // of LK_LAMBDA
    float hard_label_share = 0.0f;         // a, in [0, 1]; a row without a label has none

    GTO_HD bool has_kl() const { return kind == GTO_LOSS_FORWARD_KL || kind == GTO_LOSS_LK_LAMBDA; }
};

// Sums over a row: cross_entropy = - sum p log q, plogp = sum p log p, alpha = sum min(p, q), below = sum of q where q
// < p.
struct row_sums {
    double cross_entropy, plogp, alpha, below;
};

// d(loss)/dz_v = q * q_v + p * p_v + lower * q_v [q_v < p_v]
struct loss_gradient {
    double loss, q, p, lower;
};

GTO_HD loss_gradient gradient_terms(token_loss loss, row_sums s) {
    constexpr double least_alpha = 1e-30;
    const double kl = s.cross_entropy + s.plogp;
    switch (loss.kind) {
        case GTO_LOSS_FORWARD_KL: return {kl, 1.0, -1.0, 0.0};
        case GTO_LOSS_TOTAL_VARIATION: return {1.0 - s.alpha, s.below, 0.0, -1.0};
        case GTO_LOSS_LK_ALPHA: {
            const double alpha = s.alpha < least_alpha ? least_alpha : s.alpha;
            return {-log(alpha), s.below / alpha, 0.0, -1.0 / alpha};
        }
        case GTO_LOSS_LK_LAMBDA: {
            const double lambda = exp(-(double) loss.eta * s.alpha), rest = 1.0 - lambda;
            return {lambda * kl + rest * (1.0 - s.alpha), lambda + rest * s.below, -lambda, -rest};
        }
        default: return {s.cross_entropy, 1.0, -1.0, 0.0};
    }
}

} // namespace gto
