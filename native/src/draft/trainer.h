// What stands behind gto_trainer.
#pragma once

#include "draft/optimizer.h"
#include "draft/ttt.h"

struct gto_trainer : gto::counted {
    gto_trainer(gto_draft & draft, const gto_trainer_options & options, const std::vector<float> & head, const std::vector<gto::logit_step> & logit_steps);

    gto_draft & draft;
    gto::block target_head; // [n_draft_vocab x d]
    gto::optimizer adamw;
    gto::ttt ttt;
};
