#include "loss/rows.h"

#include "kernel/clones.h"
#include "loss/kernels.h"

namespace gto {

GTO_CLONES loss_row token_loss_row(token_loss loss, float * z, const float * p, int32_t n, float token_weight,
                                   float policy_weight, int32_t label) {
    return token_loss_row(host_group{}, loss, z, p, n, token_weight, policy_weight, label);
}

GTO_CLONES void weighted_labels_row(float * z, int32_t n, int32_t n_labels, const int32_t * label, const float * weight,
                                    float * log_prob) {
    weighted_labels_row(host_group{}, z, n, n_labels, label, weight, log_prob);
}

GTO_CLONES void softmax_row(float * z, int32_t n) { softmax_row(host_group{}, z, n); }

GTO_CLONES float log_sum_exp_row(const float * z, int32_t n) { return log_sum_exp_row(host_group{}, z, n); }

GTO_CLONES void top_k_row(const float * z, int32_t n, int32_t k, int32_t * index, float * value) {
    top_k_row(host_group{}, z, n, k, index, value);
}

GTO_CLONES int32_t argmax_row(const float * z, int32_t n) { return largest(host_group{}, z, n).index; }

} // namespace gto
