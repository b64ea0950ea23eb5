/**
 * Loss row kernels: draft logits -> loss and d(logits), in place. Stateless, thread-safe. Called by the trainer;
 * public for tests and for other trainers.
 *
 * With p = the target's distribution, q = softmax(z) the draft's, both over the draft vocabulary, alpha = sum_v
 * min(p_v, q_v) is the rate at which speculative sampling accepts a token drawn from q, and 1 - alpha = TV(p, q) = 1/2
 * sum_v |p_v - q_v| (arXiv 2211.17192). Token losses:
 *
 *   CROSS_ENTROPY     - sum_v p_v log q_v                             d/dz_v = q_v - p_v
 *   FORWARD_KL        KL(p, q) = sum_v p_v (log p_v - log q_v)        d/dz_v = q_v - p_v
 *   TOTAL_VARIATION   1 - alpha                                       d/dz_v = q_v (S - [q_v < p_v])
 *   LK_ALPHA          - log alpha                                     d/dz_v = q_v (S - [q_v < p_v]) / alpha
 *   LK_LAMBDA         lambda KL(p, q) + (1 - lambda) TV(p, q)         d/dz_v = lambda (q_v - p_v)
 *                                                                            + (1 - lambda) q_v (S - [q_v < p_v])
 *
 * where S = sum of q_v over the v with q_v < p_v, and lambda = exp(-eta alpha) counts as a constant in d/dz.
 *
 * LK_ALPHA and LK_LAMBDA are the LK losses of A. Samarin et al., "LK Losses: Direct Acceptance Rate Optimization for
 * Speculative Decoding", arXiv 2602.23881 (eta = 3 there). The paper takes one lambda per draft position from alpha's
 * mean over the batch; here it is each row's own, so that a row needs no other. In LK_ALPHA alpha counts as at least
 * 1e-30: a row without any overlap has a finite loss and no gradient.
 *
 *   dz = w_token * d(token_loss)/dz + w_policy * (q - onehot(y)),   log_prob = log q_y
 */
#ifndef GTO4J_LOSS_H
#define GTO4J_LOSS_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GTO_LOSS_CROSS_ENTROPY   0
#define GTO_LOSS_FORWARD_KL      1
#define GTO_LOSS_TOTAL_VARIATION 2
#define GTO_LOSS_LK_ALPHA        3
#define GTO_LOSS_LK_LAMBDA       4

/**
 * logits [n][n_vocab] are replaced by d(logits). loss: GTO_LOSS_*; eta: of LK_LAMBDA, >= 0 (the others don't read it).
 * target [n][n_vocab] = p (rows with token_weight 0 may hold anything finite; NULL if all have). labels[i] = y, a draft
 * id, or -1 (then w_policy is taken as 0 and log_prob is -inf). Outputs (each may be NULL): token_loss[n] and
 * acceptance[n] = alpha (both 0 where token_weight is 0), log_prob[n], argmax[n] (ties to the lowest id), rank[n] =
 * number of logits greater than z_y (n_vocab if y = -1). n_vocab >= 1. All arrays are host memory here; with a CUDA
 * device use the kernels in src/loss.
 */
GTO_API gto_status gto_loss_rows(gto_device * device, int32_t loss, float eta, int32_t n, int32_t n_vocab,
                                 float * logits, const float * target, const float * token_weight,
                                 const float * policy_weight, const int32_t * labels, float * token_loss,
                                 float * acceptance, float * log_prob, int32_t * argmax, int32_t * rank);

#ifdef __cplusplus
}
#endif
#endif
