/**
 * Loss row kernels: draft logits -> loss and d(logits), in place. Stateless. Called by the trainer; public for tests and for other trainers.
 *
 *   dz = w_token * (softmax(z) - p) + w_policy * (softmax(z) - onehot(y))
 *   token_loss = - sum_v p_v log softmax(z)_v,   log_prob = log softmax(z)_y
 */
#ifndef GTO4J_LOSS_H
#define GTO4J_LOSS_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * logits [n][n_vocab] are replaced by d(logits). target [n][n_vocab] = p (rows with token_weight 0 may hold anything finite; NULL if all have).
 * labels[i] = y, a draft id, or -1 (then w_policy is taken as 0 and log_prob is -inf). Outputs (each may be NULL): token_loss[n], log_prob[n],
 * argmax[n] (ties to the lowest id), rank[n] = number of logits greater than z_y (n_vocab if y = -1). n_vocab >= 1.
 * All arrays are host memory here; with a CUDA device use the kernels in src/loss.
 */
GTO_API gto_status gto_loss_rows(gto_device * device, int32_t n, int32_t n_vocab, float * logits, const float * target, const float * token_weight,
                                 const float * policy_weight, const int32_t * labels, float * token_loss, float * log_prob, int32_t * argmax, int32_t * rank);

#ifdef __cplusplus
}
#endif
#endif
