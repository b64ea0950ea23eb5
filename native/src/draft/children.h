// The head over rows of y, and the most probable children of each.
#pragma once

#include "draft/context_vocabulary.h"
#include "draft/forward.h"

namespace gto {

// Where the children of n rows go; see gto_draft_session_roots.
struct children_out {
    int32_t k;
    int32_t * tokens;
    float * log_probs;
    const int32_t * query;
    float * query_log_probs;
};

// Fails with GTO_E_ARGUMENT.
void check_children(const shape & s, const children_out & out);

// Logits of rows first.. of those that were asked: of the draft's vocabulary, then of the tokens that are offered.
struct last_logits {
    int64_t first = 0;
    matrix z;
};

// Records logits of h's rows, in chunks that share `memory`, and the choice of children. `more` may be null; it and
// `out` must stay in place until the queue has run. The logits of the last chunk stay in `memory`.
last_logits record_children(queue & q, net & net, arena & memory, matrix h, const offered_tokens * more,
                            const children_out & out);

// Records logits of rows of h, each of which offers all of `more` (may be null): out [rows x n_draft_vocab + tokens].
// y [rows x d] is scratch.
void record_all_logits(queue & q, net & net, matrix h, matrix y, const offered_tokens * more, matrix out);

// After the run: fails with GTO_E_NUMERIC if logits of one of the n rows ("node 3") weren't finite.
void require_finite(const char * what, int64_t n, const children_out & out);

} // namespace gto
