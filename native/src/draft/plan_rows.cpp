#include "draft/plan_rows.h"

#include "common/range.h"
#include "target/features.h"

namespace gto {

void require_countable(int64_t n_tokens, int64_t n_passes) {
    require_within("rows of a micro-batch in all its passes", n_tokens * n_passes, 0, INT32_MAX);
}

void check_tokens(const gto_draft & draft, const int32_t * tokens, int64_t n, const char * what) {
    for (int64_t i = 0; i < n; i++) {
        if (tokens[i] < 0 || tokens[i] >= draft.s.n_vocab) {
            fail(GTO_E_ARGUMENT, "%s %lld: expected an id in 0..%d, found %d", what, (long long) i, draft.s.n_vocab - 1,
                 tokens[i]);
        }
    }
}

void add_trunk(ttt_plan & plan, logit_columns & columns, const gto_draft & draft, const gto_features * features,
               int32_t length, const int32_t * tokens) {
    require(features != nullptr, "features must not be null");
    const int32_t index = (int32_t) plan.sources.size();
    require_taps(draft.s, *features, ("sequence " + std::to_string(index)).c_str());
    if (length < 2 || length > features->rows()) {
        fail(GTO_E_ARGUMENT, "sequence %d: expected a length in 2..%d (its feature rows), found %d", index,
             features->rows(), length);
    }
    check_tokens(draft, tokens, length, "token");
    require_countable(plan.trunk() + length, plan.n_passes);
    const int32_t begin = (int32_t) plan.trunk();
    plan.sources.push_back({features, begin, length - 1});
    for (int32_t t = 0; t + 1 < length; t++) {
        plan.token.push_back(tokens[t + 1]);
        plan.position.push_back(t);
        plan.trunk_begin.push_back(begin);
        columns.add(t == 0);
    }
}

void add_root(ttt_plan & plan, int32_t trunk_row) {
    plan.root.push_back(trunk_row);
    const size_t n = plan.root.size() * plan.n_passes;
    plan.predicted.resize(n, -1);
    plan.label.resize(n, -1);
    plan.target_row.resize(n, -1);
    plan.target_argmax.resize(n, -1);
    plan.token_weight.resize(n, 0.0f);
    plan.policy_weight.resize(n, 0.0f);
}

} // namespace gto
