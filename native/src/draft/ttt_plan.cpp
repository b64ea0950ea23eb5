#include "draft/ttt_plan.h"

#include "common/range.h"
#include "draft/plan_rows.h"
#include "loss/rows.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

void check_passes(int32_t n_passes) { require_within("TTT passes", n_passes, 1, GTO_MAX_PASSES); }

// Paths that begin at 0 and don't fall. Returns the longest one's length, at least 1.
int32_t longest_path(int32_t n_paths, const int32_t * begin) {
    int64_t longest = 1;
    if (n_paths > 0 && begin[0] != 0) fail(GTO_E_ARGUMENT, "path_begin[0]: expected 0, found %d", begin[0]);
    for (int32_t p = 0; p < n_paths; p++) {
        const int64_t length = (int64_t) begin[p + 1] - begin[p];
        if (length < 0 || length > GTO_MAX_PASSES) {
            fail(GTO_E_ARGUMENT, "path %d: expected 0..%d tokens, found %lld", p, GTO_MAX_PASSES, (long long) length);
        }
        longest = std::max(longest, length);
    }
    return (int32_t) longest;
}

} // namespace

// Root t of a sequence, TTT pass j: predicted x[t+2+j], target distribution and argmax of position t+1+j,
//   token_weight[r][j] = batch.token_weight * step_decay^j / N     N: unmasked pairs of pass 0, or all of the response
// for as long as x[t+2+j] belongs to the response. A pair is unmasked if the root can propose the target's argmax; the
// weight of a masked one is 0. A context vocabulary masks pairs behind a token of the text that their root doesn't
// offer, too: decoding never gets there, and the target's distribution of that position is over this token as well.
ttt_plan plan_text(const gto_draft & draft, const gto_batch & batch) {
    require(batch.n_sequences >= 1 && batch.features && batch.lengths && batch.tokens && batch.loss_mask &&
                batch.argmax,
            "batch: features, lengths, tokens, loss_mask and argmax must be given for at least one sequence");
    check_passes(batch.n_passes);
    require_at_least("keep_top_k", batch.keep_top_k, 0);
    require_finite("step_decay", batch.step_decay);
    require_finite("token_weight", batch.token_weight);
    if (!(batch.miss_decay > 0 && batch.miss_decay <= 1)) {
        fail(GTO_E_ARGUMENT, "miss_decay: expected a number in (0, 1], found %g", batch.miss_decay);
    }
    ttt_plan plan;
    logit_columns columns(draft, plan);
    plan.n_passes = batch.n_passes;
    plan.keep_top_k = batch.keep_top_k;
    plan.miss_decay = batch.miss_decay;
    plan.loss = {batch.loss, batch.loss_eta, batch.hard_label_share};
    check(plan.loss);
    int64_t unmasked = 0, all = 0;
    const int32_t * tokens = batch.tokens;
    int64_t offset = 0;
    for (int32_t s = 0; s < batch.n_sequences; offset += batch.lengths[s], s++) {
        const int32_t length = batch.lengths[s], begin = (int32_t) plan.trunk();
        add_trunk(plan, columns, draft, batch.features[s], length, tokens + offset);
        if (!batch.features[s]->with_hidden && batch.token_weight != 0) {
            fail(GTO_E_ARGUMENT, "sequence %d: the token loss needs features with hidden states", s);
        }
        const int8_t * mask = batch.loss_mask + offset;
        // one target distribution per response position, shared by all TTT passes that predict it
        std::vector<int32_t> distribution(length, -1);
        for (int32_t t = 0; t + 2 < length; t++) {
            if (!mask[t + 2]) continue;
            const int32_t root = begin + t;
            add_root(plan, root);
            const int64_t r = plan.roots() - 1;
            for (int32_t j = 0; j < plan.n_passes && t + 2 + j < length && mask[t + 2 + j]; j++) {
                const int32_t i = t + 1 + j; // position whose next token is predicted
                const int32_t argmax = batch.argmax[offset + i];
                const bool in_loss =
                    batch.token_weight != 0 && columns.of(argmax, root) >= 0 && columns.same(root, begin + i - 1);
                plan.predicted[plan.at(r, j)] = tokens[offset + i + 1];
                plan.label[plan.at(r, j)] = columns.of(tokens[offset + i + 1], root);
                plan.target_argmax[plan.at(r, j)] = argmax;
                if (j == 0) all++;
                if (in_loss) {
                    if (j == 0) unmasked++;
                    if (distribution[i] < 0) {
                        distribution[i] = (int32_t) plan.hidden.size();
                        plan.hidden.push_back({s, i});
                        columns.add_hidden(begin + i - 1);
                    }
                    plan.target_row[plan.at(r, j)] = distribution[i];
                    plan.token_weight[plan.at(r, j)] = batch.token_weight * std::pow(batch.step_decay, (float) j);
                }
                if (batch.policy_weight) {
                    const float w = batch.policy_weight[(offset + t) * plan.n_passes + j];
                    if (!std::isfinite(w)) {
                        fail(GTO_E_NUMERIC, "policy weight of sequence %d, row %d, pass %d is not finite", s, t, j);
                    }
                    plan.policy_weight[plan.at(r, j)] = w;
                }
            }
        }
    }
    const int64_t n = batch.mean_over_all ? all : unmasked;
    if (n > 0) {
        for (float & w : plan.token_weight) w /= (float) n;
    }
    return plan;
}

ttt_plan plan_paths(const gto_draft & draft, const gto_features & features, int32_t length, const int32_t * tokens,
                    int32_t n_paths, const int32_t * path_row, const int32_t * path_begin, const int32_t * path_tokens,
                    const float * path_weight) {
    require(tokens && path_row && path_begin && path_tokens && path_weight, "tokens and paths must not be null");
    ttt_plan plan;
    logit_columns columns(draft, plan);
    require_within("n_paths", n_paths, 0, std::max(features.rows(), 0));
    plan.n_passes = longest_path(n_paths, path_begin);
    add_trunk(plan, columns, draft, &features, length, tokens);
    for (int32_t p = 0; p < n_paths; p++) {
        if (path_row[p] < 0 || path_row[p] >= plan.trunk() || (p > 0 && path_row[p] <= path_row[p - 1])) {
            fail(GTO_E_ARGUMENT, "path %d: row %d: expected ascending trunk rows in 0..%lld", p, path_row[p],
                 (long long) plan.trunk() - 1);
        }
        check_tokens(draft, path_tokens + path_begin[p], path_begin[p + 1] - path_begin[p], "path token");
        add_root(plan, path_row[p]);
        for (int32_t i = path_begin[p], j = 0; i < path_begin[p + 1]; i++, j++) {
            if (!std::isfinite(path_weight[i])) fail(GTO_E_NUMERIC, "weight of path %d, token %d is not finite", p, j);
            plan.predicted[plan.at(p, j)] = path_tokens[i];
            plan.label[plan.at(p, j)] = columns.of(path_tokens[i], path_row[p]);
            plan.policy_weight[plan.at(p, j)] = path_weight[i];
        }
    }
    return plan;
}

// Of a text what the most can ask for, of trees what they do.
ttt_size ttt_plan::size() const {
    const int64_t distributions = (int64_t) hidden.size(), offered = (int64_t) offered_token.size();
    if (!of_trees()) return {trunk(), roots(), n_passes, roots() * (n_passes - 1), distributions, offered};
    int64_t below = 0;
    for (int64_t r = 0; r < roots(); r++) {
        for (int32_t step = 1; step < n_passes && predicted[at(r, step)] >= 0; step++) below++;
    }
    return {trunk(), roots(), n_passes, below, distributions, offered};
}

} // namespace gto
