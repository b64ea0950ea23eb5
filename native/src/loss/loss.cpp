#include "gto4j/loss.h"

#include "common/range.h"
#include "kernel/host_rows.h"
#include "loss/batch.h"
#include "loss/rows.h"

using namespace gto;

namespace {

void check(const loss_batch & b, int32_t n) {
    if (!b.logits || !b.token_weight || !b.policy_weight || !b.labels) {
        fail(GTO_E_ARGUMENT, "logits, token_weight, policy_weight or labels is null");
    }
    for (int32_t i = 0; i < n; ++i) {
        if (b.labels[i] < -1 || b.labels[i] >= b.n_vocab) {
            fail(GTO_E_ARGUMENT, "labels[%d]: expected -1..%d, found %d", i, (int32_t) b.n_vocab - 1, b.labels[i]);
        }
        if (!std::isfinite(b.token_weight[i])) {
            fail(GTO_E_ARGUMENT, "token_weight[%d]: expected a finite number, found %g", i, b.token_weight[i]);
        }
        if (!std::isfinite(b.policy_weight[i])) {
            fail(GTO_E_ARGUMENT, "policy_weight[%d]: expected a finite number, found %g", i, b.policy_weight[i]);
        }
        if (!b.target && b.token_weight[i] != 0.0f) {
            fail(GTO_E_ARGUMENT, "target is null, but token_weight[%d] is %g", i, b.token_weight[i]);
        }
    }
}

} // namespace

namespace gto {

void loss_batch::operator()(host_group, int32_t row) const {
    store(row, token_loss_row(loss, logits + row * logits_stride, target + row * target_stride, (int32_t) n_vocab,
                              token_weight[row], policy_weight[row], labels[row]));
}

void check(token_loss loss) {
    if (loss.kind < GTO_LOSS_CROSS_ENTROPY || loss.kind > GTO_LOSS_LK_LAMBDA) {
        fail(GTO_E_ARGUMENT, "loss: expected %d..%d, found %d", GTO_LOSS_CROSS_ENTROPY, GTO_LOSS_LK_LAMBDA, loss.kind);
    }
    if (!std::isfinite(loss.eta) || loss.eta < 0) {
        fail(GTO_E_ARGUMENT, "eta of the loss: expected a finite number of at least 0, found %g", loss.eta);
    }
    if (!(loss.hard_label_share >= 0 && loss.hard_label_share <= 1)) {
        fail(GTO_E_ARGUMENT, "hard_label_share: expected a number in [0, 1], found %g", loss.hard_label_share);
    }
}

} // namespace gto

gto_status gto_loss_rows(gto_device * device, int32_t loss, float eta, int32_t n, int32_t n_vocab, float * logits,
                         const float * target, const float * token_weight, const float * policy_weight,
                         const int32_t * labels, float * token_loss, float * acceptance, float * log_prob,
                         int32_t * argmax, int32_t * rank) {
    return guard([&] {
        gto::check({loss, eta});
        require_at_least("n", n, 0);
        require_within("n_vocab", n_vocab, 1, 1 << 24);
        if (n == 0) return;
        const auto batch = [=](auto && memory) {
            const size_t rows = (size_t) n, all = rows * (size_t) n_vocab;
            return loss_batch{{loss, eta},
                              memory.both(logits, all),
                              n_vocab,
                              memory.here(target, all),
                              target ? n_vocab : 0,
                              n_vocab,
                              memory.here(token_weight, rows),
                              memory.here(policy_weight, rows),
                              memory.here(labels, rows),
                              memory.back(token_loss, rows),
                              memory.back(acceptance, rows),
                              memory.back(log_prob, rows),
                              memory.back(argmax, rows),
                              memory.back(rank, rows)};
        };
        check(batch(own_memory()), n);
        run_host_rows(device, n, batch);
    });
}
