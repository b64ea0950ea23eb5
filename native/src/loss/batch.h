// Row kernels over a matrix, for kernel/launch.h and kernel/launch.cuh. All pointers are memory of the device that runs
// them; consecutive rows are `stride` floats apart.
#pragma once

#include "loss/kernels.h"

namespace gto {

// See gto4j/loss.h. The five outputs may be null.
struct loss_batch {
    static constexpr int32_t lanes = 512;

    token_loss loss;
    float * logits;
    int64_t logits_stride;
    const float * target;
    int64_t target_stride;
    int64_t n_vocab;
    const float * token_weight;
    const float * policy_weight;
    const int32_t * labels;
    float * row_loss;
    float * acceptance;
    float * log_prob;
    int32_t * argmax;
    int32_t * rank;

    template <class Group> GTO_HD void operator()(Group g, int32_t row) const {
        const loss_row r = token_loss_row(g, loss, logits + row * logits_stride, target + row * target_stride,
                                          (int32_t) n_vocab, token_weight[row], policy_weight[row], labels[row]);
        if (g.rank() == 0) store(row, r);
    }
    void operator()(host_group, int32_t row) const; // loss.cpp: compiled for the host's vector units

    GTO_HD void store(int32_t row, const loss_row & r) const {
        if (row_loss) row_loss[row] = r.token_loss;
        if (acceptance) acceptance[row] = r.acceptance;
        if (log_prob) log_prob[row] = r.log_prob;
        if (argmax) argmax[row] = r.argmax;
        if (rank) rank[row] = r.rank;
    }
};

} // namespace gto
