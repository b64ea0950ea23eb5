// What stands behind gto_trainer.
#pragma once

#include "draft/optimizer.h"
#include "draft/ttt.h"

namespace gto {

// The right to write a draft's weights: one trainer's at a time.
class training_right {
  public:
    explicit training_right(gto_draft & draft) : draft_(draft) {
        if (draft.in_training.exchange(true)) {
            fail(GTO_E_ARGUMENT, "the draft has an open trainer already: expected that one to be closed first");
        }
    }
    ~training_right() { draft_.in_training = false; }
    training_right(const training_right &) = delete;
    training_right & operator=(const training_right &) = delete;

  private:
    gto_draft & draft_;
};

} // namespace gto

struct gto_trainer : gto::counted {
    gto_trainer(gto_draft & draft, const gto_trainer_options & options, const std::vector<float> & head,
                const std::vector<gto::logit_step> & logit_steps);

    gto_draft & draft;
    gto::training_right right;
    gto::block target_head; // [n_draft_vocab x d]
    gto::optimizer adamw;
    gto::ttt ttt;
};
