// The EAGLE-3 training-time test (TTT) with the policy term, forward. d, d_target, n_ff, q_cols, qkv_cols and V =
// n_draft_vocab are the shape's; products are with rows: a matrix W [m x n] makes W x [m] of a row x [n].
//
// Rows. A root r starts below trunk row t = root[r], at RoPE position position[t]. TTT pass 0 has a pool row for each
// trunk row, whether or not it is a root, and an output row for each root. TTT pass j = 1..n_passes-1 has one of each
// for every root that is still in it, (r, j); it predicts the token predicted[r][j]. Pool rows have g, q, k, v; output
// rows have the rest. Passes lie one after another in all matrices.
//   pass 0       g = W_fc (scale * features of t)    [d]    token = plan.token[t]          position[t]
//                g = W_fc RMSNorm(features of t)            of a net with NORM_BEFORE_FC
//   pass j >= 1  g = h of (r, j-1), not detached     [d]    token = predicted[r][j-1]      position[t] + j
// In a text token[t] is x[t+1] and predicted[r][j] is x[t+2+j].
//
// The net, for each row (record_forward and record_logits):
//   e = embedding[token]                                              [d]         frozen
//   c = concat(RMSNorm(e; attn_norm), RMSNorm(g; hidden_norm))        [2 d]
//   q, k, v = W_qkv c, q and k rotated by the position                [qkv_cols]
//   o = attention of q to k, v of the trunk rows trunk_begin[t]..t
//       and of (r, 1)..(r, j), under one softmax                      [q_cols]
//   u = g + W_o o                                                     [d]         RMSNorm(g; hidden_norm) + W_o o of
//                                                                                 a net with NORM_BEFORE_RESIDUAL
//   n = RMSNorm(u; ffn_norm)                                          [d]
//   s = silu(W_gate n) * W_up n                                       [n_ff]
//   h = u + W_down s                                                  [d]         g of (r, j+1)
//   y = RMSNorm(h; output_norm)                                       [d]
//   z = W_head y                                                      [V]
//   p = softmax(logit_steps(target_head hidden))                      [V]         of the target, for predicted[r][j]
//
// A draft with a context vocabulary has E further logits, of the tokens that the micro-batch's texts bring and V lacks,
// X [E x d] being the target's head rows for them. They are frozen:
//   z_x = X y - offset                                                [E]         -inf for what t doesn't offer
//   q and p are over V + E, p with X behind target_head
//
// Biases, of nets that have some, are added right after their products: b_fc, b_qkv (before the rotation), b_o.
//
// Objective, q = softmax(z), label: predicted[r][j]'s column; -1, what t can't propose, has no policy term:
//   L = sum over (r, j) of w[r][j] * token_loss(p, q) - policy_weight[r][j] * log q_label
//   w[r][j] = token_weight[r][j] * miss_decay^(number of passes i < j of r whose label's logit isn't the greatest),
//   a constant of the gradient
// of trees, with the labels y_k of (r, j) and their weights w_k:
//   L = - sum over (r, j) and k of w_k log q_{y_k}
// Chains of a tree have the output row of pass 0 in common: one of that has several rows in pass 1.
//
// Gradients that arise here, since logits are kept for chunk_rows rows only; d_x is dL/dx:
//   d_z  (in the place of z, loss/kernels.h)                          [V]
//   d_y  = W_head^T d_z + X^T d_z_x                                   [d]
//   d_W_head += d_z^T y over the chunk's rows                         [V x d]
// ttt_backward.cpp goes on from d_y.
#include "draft/ttt.h"

#include "draft/child_rows.h"
#include "draft/forward_kernels.h"
#include "draft/loss_kernels.h"
#include "draft/target_head.h"
#include "loss/rows.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gto {

ttt::ttt(gto_draft & draft, matrix target_head, std::vector<logit_step> logit_steps, int32_t chunk_rows,
         const products & how)
    : draft_(draft), net_(draft), s_(draft.s), q_(draft.device, how), target_head_(target_head),
      logit_steps_(std::move(logit_steps)), chunk_rows_(chunk_rows),
      nth_(draft.device.is_accelerated() ? 0 : draft.device.n_threads), products_(draft.device.is_accelerated(), how),
      memory_(draft.device) {
    if ((int64_t) logit_steps_.size() > logit_steps_list::most) {
        fail(GTO_E_INTERNAL, "steps from the head's product to the logits: expected at most %d, found %zu",
             logit_steps_list::most, logit_steps_.size());
    }
}

matrix ttt::gradient_of(float * gradient, tensor_id id) const {
    const parameter & p = draft_.parameters[id];
    return dense(gradient + p.offset, p.rows, p.cols);
}

void ttt::reserve(const ttt_plan & plan, bool backward) {
    const ttt_size size = plan.size();
    const ttt_memory needed(s_, size, chunk_rows_, nth_, backward, products_);
    const int64_t normed = s_.has(GTO_NET_NORM_BEFORE_FC) ? size.trunk : 0;
    const int64_t trunk = size.trunk, roots = size.roots, outputs = size.outputs(), pool = size.pool(), d = s_.d,
                  chunk = needed.chunk;
    const int64_t more = (int64_t) (needed.activations * sizeof(float) + needed.packed()) -
                         (int64_t) (memory_.bytes() + q_.packed_bytes());
    draft_.device.require_room(
        "a micro-batch of " + std::to_string(trunk) + " rows in " + std::to_string(plan.n_passes) + " passes", more);
    memory_.reset(needed.activations);
    q_.reserve_packed(needed.packed_left, needed.packed_right);
    a_.take(memory_, s_, pool, outputs);
    features_ = memory_.take(trunk, s_.features());
    normed_ = memory_.take(normed, s_.features());
    hidden_ = memory_.take(plan.hidden.size(), s_.d_target);
    distribution_ = memory_.take(plan.hidden.size(), s_.n_draft_vocab + size.offered);
    logits_ = memory_.take(chunk, s_.n_draft_vocab + size.offered);
    offered_ = memory_.take(size.offered, s_.d_target);
    if (!backward) return;
    d_normed_ = memory_.take(normed, s_.features());
    d_qkv_ = memory_.take(pool, s_.qkv_cols());
    d_g_ = memory_.take(pool, d);
    d_c_ = memory_.take(pool, 2 * d);
    d_y_ = memory_.take(outputs, d);
    d_h_ = memory_.take(outputs, d);
    d_u_ = memory_.take(outputs, d);
    d_gate_up_ = memory_.take(outputs, 2 * (int64_t) s_.n_ff);
    d_s_ = memory_.take(roots, s_.n_ff);
    d_n_ = memory_.take(roots, d);
    d_o_ = memory_.take(roots, s_.q_cols());
    trunk_sums_ = memory_.take(nth_ * trunk, 2 * s_.kv_cols());
    inverse_ = memory_.take(std::max(pool, outputs), 1);
}

void ttt::load_trunk(const ttt_plan & plan) {
    for (const ttt_plan::source & source : plan.sources) {
        load_features(q_, draft_, *source.features, 0, features_.slice(source.first_row, source.rows));
    }
    passes_.assign(1, pass());
    pass & trunk = passes_[0];
    trunk.token = plan.token;
    trunk.position = plan.position;
    roots_.assign(1, {});
    children_.clear();
    miss_factor_.assign(plan.roots(), 1.0f);
    output_.assign(1, std::vector<int32_t>(plan.trunk(), -1));
    for (int64_t r = 0; r < plan.roots(); r = plan.end_of_chains(r)) {
        const int32_t row = plan.root[r];
        if (plan.predicted[plan.at(r, 0)] < 0) continue;
        output_[0][row] = (int32_t) trunk.queries.size();
        trunk.queries.add(row, plan.trunk_begin[row], row + 1);
        trunk.queries.close();
        roots_[0].push_back((int32_t) r);
    }
    record_fusion(q_, net_, features_, normed_, a_.g.slice(0, plan.trunk()));
}

void ttt::load_offered(const ttt_plan & plan) {
    std::vector<float> row(s_.d_target);
    for (int64_t i = 0; i < offered_.rows; i++) {
        draft_.head_of_target->load(plan.offered_token[i], row.data());
        q_.write(offered_.row(i), row.data(), s_.d_target);
    }
}

int32_t ttt::token_of(const ttt_plan & plan, int32_t column) const {
    return column < s_.n_draft_vocab ? draft_.d2t[column] : plan.offered_token[column - s_.n_draft_vocab];
}

// Once all of the root's passes before `step` are scored.
float ttt::token_weight(const ttt_plan & plan, int32_t root, int32_t step) const {
    return plan.token_weight[plan.at(root, step)] * miss_factor_[root];
}

void ttt::target_distributions(const ttt_plan & plan) {
    const int64_t n = (int64_t) plan.hidden.size();
    if (n == 0) return;
    std::vector<float> row(s_.d_target);
    for (int64_t i = 0; i < n; i++) {
        const gto_features & from = *plan.sources[plan.hidden[i].source].features;
        from.read(plan.hidden[i].row, from.taps_width(), s_.d_target, row.data());
        q_.write(hidden_.row(i), row.data(), s_.d_target);
    }
    const int64_t own = s_.n_draft_vocab, offers = offered_.rows;
    q_.product(distribution_.columns(0, own), hidden_, weights_of(target_head_));
    if (offers > 0) q_.product(distribution_.columns(own, offers), hidden_, passing_weights_of(offered_));
    logit_steps_list list = {};
    for (const logit_step & step : logit_steps_) list.steps[list.count++] = {step.tanh, step.scale, step.bias};
    const int32_t * begin = offers > 0 ? q_.here(plan.hidden_begin) : nullptr;
    const int32_t * end = offers > 0 ? q_.here(plan.hidden_end) : nullptr;
    record_rows(q_, n, distribution_rows{distribution_, list, own, begin, end});
}

void distribution_rows::operator()(host_group, int32_t i) const {
    float * row = z.row(i);
    for (int32_t k = 0; k < list.count; k++) {
        const logit_steps_list::step & s = list.steps[k];
        for (int64_t v = 0; v < z.cols; v++) row[v] = s.tanh ? std::tanh(row[v]) : s.scale * row[v] + s.bias;
    }
    if (offered_end) {
        const int64_t begin = n_own + offered_begin[i], end = n_own + offered_end[i];
        std::fill(row + n_own, row + begin, -INFINITY);
        std::fill(row + end, row + z.cols, -INFINITY);
    }
    softmax_row(row, (int32_t) z.cols);
}

void token_loss_rows::operator()(host_group, int32_t i) const {
    const int32_t from = target[i];
    rows[i] = token_loss_row(loss, z.row(i), from < 0 ? nullptr : distribution.row(from), (int32_t) z.cols,
                             from < 0 ? 0.0f : token_weight[i], policy_weight[i], label[i]);
}

void weighted_label_rows::operator()(host_group, int32_t i) const {
    const int32_t from = begin[i] - begin[0];
    weighted_labels_row(z.row(i), (int32_t) z.cols, begin[i + 1] - begin[i], label + from, weight + from,
                        log_prob + from);
}

// Logits of a TTT pass chunk by chunk; with a gradient they become d_z, and from it d_y and the head's gradient.
// record_loss(z, first, count) records what makes d_z of the logits of rows first..
template <class F> void ttt::score(const ttt_plan & plan, int32_t step, float * gradient, F && record_loss) {
    const pass & p = passes_[step];
    const int64_t n = p.queries.size();
    const int64_t own = s_.n_draft_vocab, offers = offered_.rows;
    std::vector<int32_t> begin, end;
    bigram_columns bigrams;
    for (int64_t i = 0; offers > 0 && i < n; i++) {
        const int32_t root = roots_[step][i], trunk_row = plan.root[root];
        begin.push_back(plan.offered_begin[trunk_row]);
        end.push_back(plan.offered_end[trunk_row]);
        const int32_t token = step == 0 ? plan.token[trunk_row] : plan.predicted[plan.at(root, step - 1)];
        plan.bigrams.append(token, trunk_row, bigrams);
    }
    for (int64_t first = 0; first < n; first += logits_.rows) {
        const int64_t count = std::min<int64_t>(logits_.rows, n - first);
        const matrix z = logits_.slice(0, count), z_own = z.columns(0, own), z_offered = z.columns(own, offers);
        const int64_t at = p.first_output + first;
        const matrix y = a_.y.slice(at, count);
        record_logits(q_, net_, a_.h.slice(at, count), y, z_own);
        if (offers > 0) {
            q_.product(z_offered, y, passing_weights_of(offered_));
            record_rows(q_, count,
                        offered_rows{z_offered, q_.here(begin.data() + first, count),
                                     q_.here(end.data() + first, count), draft_.context->offset,
                                     q_.here(bigrams.begin.data() + first, count + 1), q_.here(bigrams.column),
                                     draft_.context->bigram_bonus});
        }
        record_loss(z, first, count);
        if (gradient) {
            const matrix d_y = d_y_.slice(at, count);
            q_.product_of_transposed(d_y, z_own, net_.weight(T_HEAD));
            if (offers > 0) q_.add_product_of_transposed(d_y, z_offered, offered_);
            q_.add_transposed_product(gradient_of(gradient, T_HEAD), z_own, y);
        }
        q_.run();
    }
}

void ttt::score(const ttt_plan & plan, int32_t step, float * gradient, std::vector<loss_row> & rows) {
    const int64_t n = passes_[step].queries.size();
    rows.resize(n);
    std::vector<int32_t> label(n), target(n);
    std::vector<float> weight(n), policy_weight(n);
    for (int64_t i = 0; i < n; i++) {
        const int64_t cell = plan.at(roots_[step][i], step);
        label[i] = plan.label[cell];
        target[i] = plan.target_row[cell];
        weight[i] = token_weight(plan, roots_[step][i], step);
        policy_weight[i] = plan.policy_weight[cell];
    }
    score(plan, step, gradient, [&](const matrix & z, int64_t first, int64_t count) {
        record_rows(q_, count,
                    token_loss_rows{plan.loss, z, distribution_, q_.here(label.data() + first, count),
                                    q_.here(target.data() + first, count), q_.here(weight.data() + first, count),
                                    q_.here(policy_weight.data() + first, count), q_.back(rows.data() + first, count)});
    });
}

// Rows in the order of the last pass's, so that children of one row stand together. rows: of a text.
void ttt::next_pass(const ttt_plan & plan, int32_t step, const std::vector<loss_row> & rows) {
    const pass & last = passes_[step];
    const int64_t n = last.queries.size();
    std::vector<std::vector<int32_t>> children(1, std::vector<int32_t>(n, -1));
    std::vector<int32_t> from; // output row of the last pass, of each row
    pass next;
    next.first = last.first + last.rows();
    next.first_output = last.first_output + last.queries.size();
    std::vector<int32_t> roots;
    for (int64_t i = 0; i < n && step + 1 < plan.n_passes; i++) {
        const int64_t first_root = roots_[step][i], end = step == 0 ? plan.end_of_chains(first_root) : first_root + 1;
        size_t known = 0; // children of the row
        for (int64_t r = first_root; r < end; r++) {
            const int64_t at = plan.at(r, step);
            if (plan.predicted[at + 1] < 0) continue;
            if (plan.keep_top_k > 0 && rows[i].rank >= plan.keep_top_k && plan.policy_weight[at + 1] == 0.0f) continue;
            const int32_t self = (int32_t) (next.first + next.rows()), trunk = plan.root[r];
            if (known == children.size()) children.emplace_back(n, -1);
            children[known++][i] = self;
            from.push_back((int32_t) i);
            next.queries.add(self, plan.trunk_begin[trunk], trunk + 1);
            if (step > 0) { // the chain so far
                const attention_rows & before = last.queries;
                next.queries.extra.insert(next.queries.extra.end(), before.extra.begin() + before.extra_begin[i],
                                          before.extra.begin() + before.extra_begin[i + 1]);
            }
            next.queries.extra.push_back(self);
            next.queries.close();
            next.token.push_back(plan.predicted[at]);
            next.position.push_back(plan.position[trunk] + step + 1);
            roots.push_back((int32_t) r);
        }
    }
    children_.push_back(std::move(children));
    if (next.rows() == 0) return;
    const matrix g = a_.g.slice(next.first, next.rows()), h = a_.h.slice(last.first_output, n);
    compute_rows(q_, next.rows(), copied_rows{h, q_.here(from), g, nullptr});
    std::vector<int32_t> outputs(next.rows());
    for (size_t i = 0; i < outputs.size(); i++) outputs[i] = (int32_t) i;
    output_.push_back(std::move(outputs));
    passes_.push_back(std::move(next));
    roots_.push_back(std::move(roots));
}

void ttt::forward_text(const ttt_plan & plan, int32_t step, float * gradient, gto_batch_result & result,
                       std::vector<float> * log_probs) {
    const int32_t top = plan.keep_top_k > 0 ? plan.keep_top_k : 10;
    std::vector<loss_row> rows;
    score(plan, step, gradient, rows);
    for (size_t i = 0; i < rows.size(); i++) {
        const int64_t at = plan.at(roots_[step][i], step);
        const float policy = plan.label[at] < 0 ? 0.0f : plan.policy_weight[at];
        result.pairs[step]++;
        result.correct[step] += token_of(plan, rows[i].argmax) == plan.target_argmax[at];
        result.kept[step] += rows[i].rank < top;
        if (plan.target_row[at] >= 0) {
            result.unmasked[step]++;
            result.loss[step] += rows[i].token_loss;
            result.acceptance[step] += rows[i].acceptance;
            result.objective += (double) token_weight(plan, roots_[step][i], step) * rows[i].token_loss;
        }
        if (policy != 0.0f) {
            result.policy[step] += (double) policy * rows[i].log_prob;
            result.objective -= (double) policy * rows[i].log_prob;
        }
        if (log_probs) (*log_probs)[at] = rows[i].log_prob;
    }
    for (size_t i = 0; i < rows.size(); i++) {
        if (rows[i].rank > 0) miss_factor_[roots_[step][i]] *= plan.miss_decay;
    }
    next_pass(plan, step, rows);
}

void ttt::forward_trees(const ttt_plan & plan, int32_t step, float * gradient, gto_batch_result & result,
                        std::vector<float> * log_probs) {
    const int64_t n = passes_[step].queries.size();
    std::vector<int32_t> begin{0}, column;
    std::vector<float> weight;
    std::vector<int64_t> place; // in plan.labels
    for (int64_t i = 0; i < n; i++) {
        const int64_t cell = plan.at(roots_[step][i], step);
        for (int64_t k = plan.label_begin[cell]; k < plan.label_begin[cell + 1]; k++) {
            column.push_back(plan.labels[k].column);
            weight.push_back(plan.labels[k].weight);
            place.push_back(k);
        }
        begin.push_back((int32_t) column.size());
    }
    std::vector<float> log_prob(column.size());
    score(plan, step, gradient, [&](const matrix & z, int64_t first, int64_t count) {
        const int64_t from = begin[first], labels = begin[first + count] - from;
        record_rows(q_, count,
                    weighted_label_rows{z, q_.here(begin.data() + first, count + 1),
                                        q_.here(column.data() + from, labels), q_.here(weight.data() + from, labels),
                                        q_.back(log_prob.data() + from, labels)});
    });
    for (size_t i = 0; i < place.size(); i++) {
        if (weight[i] != 0.0f) {
            result.policy[step] += (double) weight[i] * log_prob[i];
            result.objective -= (double) weight[i] * log_prob[i];
        }
        if (log_probs) (*log_probs)[place[i]] = log_prob[i];
    }
    next_pass(plan, step, {});
}

void ttt::forward(const ttt_plan & plan, float * gradient, gto_batch_result & result, std::vector<float> * log_probs) {
    passes_.reserve(plan.n_passes); // recorded kernels hold references
    for (int32_t step = 0; step < (int32_t) passes_.size(); step++) {
        record_forward(q_, net_, a_, passes_[step]);
        if (plan.of_trees()) {
            forward_trees(plan, step, gradient, result, log_probs);
        } else {
            forward_text(plan, step, gradient, result, log_probs);
        }
    }
    if (!std::isfinite(result.objective)) fail(GTO_E_NUMERIC, "the loss is not a finite number (%g)", result.objective);
}

void ttt::run(const ttt_plan & plan, float * gradient, gto_batch_result & result, std::vector<float> * log_probs) {
    result = {};
    const size_t asked = plan.of_trees() ? plan.labels.size() : (size_t) (plan.roots() * plan.n_passes);
    if (log_probs) log_probs->assign(asked, -std::numeric_limits<float>::infinity());
    if (plan.roots() == 0) return;
    const queue::recording recording(q_);
    reserve(plan, gradient != nullptr);
    q_.weights_are_of(draft_.revision);
    load_trunk(plan);
    load_offered(plan);
    target_distributions(plan);
    forward(plan, gradient, result, log_probs);
    if (gradient) backward(gradient);
}

} // namespace gto
