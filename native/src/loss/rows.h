// The row kernels compiled for the host's vector units. One thread, one row; no allocation, no error (but check's): 1
// <= n is the caller's duty. See loss/kernels.h for what each computes.
#pragma once

#include "loss/row_result.h"
#include "loss/token_loss.h"

namespace gto {

// Fails with GTO_E_ARGUMENT if the kind, eta or the hard share is out of range.
void check(token_loss loss);

// z [n] becomes d(logits). p [n] isn't read (may be null) if token_weight is 0. label: -1 or 0..n-1. Weights must be
// finite.
loss_row token_loss_row(token_loss loss, float * z, const float * p, int32_t n, float token_weight, float policy_weight,
                        int32_t label);

// z [n] becomes d(logits) of labels 0..n-1 [n_labels] with finite weights; log_prob [n_labels].
void weighted_labels_row(float * z, int32_t n, int32_t n_labels, const int32_t * label, const float * weight,
                         float * log_prob);

// z [n] becomes softmax(z).
void softmax_row(float * z, int32_t n);

float log_sum_exp_row(const float * z, int32_t n);

// The k largest of z [n], best first, ties by the lower index, NaN counts as -inf; 1 <= k <= n; index [k], value [k].
void top_k_row(const float * z, int32_t n, int32_t k, int32_t * index, float * value);

// Largest of z [n]; ties to the lowest index.
int32_t argmax_row(const float * z, int32_t n);

} // namespace gto
