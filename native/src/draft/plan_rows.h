// What plans of texts, paths and trees are made of.
#pragma once

#include "draft/logit_columns.h"
#include "draft/ttt_plan.h"

namespace gto {

// Fails with GTO_E_ARGUMENT unless all are ids of the target's vocabulary.
void check_tokens(const gto_draft & draft, const int32_t * tokens, int64_t n, const char * what);

// Appends a sequence's trunk rows 0..length-2.
void add_trunk(ttt_plan & plan, logit_columns & columns, const gto_draft & draft, const gto_features * features,
               int32_t length, const int32_t * tokens);

// Appends a root whose cells ask for nothing yet.
void add_root(ttt_plan & plan, int32_t trunk_row);

} // namespace gto
