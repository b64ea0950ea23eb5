#include "draft/ttt.h"

#include "draft/rms.h"
#include "draft/swiglu.h"
#include "loss/rows.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace gto {

struct ttt::row_loss {
    float token_loss, log_prob;
    int32_t argmax; // target id
    int32_t rank;
};

ttt::ttt(gto_draft & draft, matrix target_head, std::vector<logit_step> logit_steps, int32_t chunk_rows)
    : draft_(draft), net_(draft), s_(draft.s), q_(draft.device), target_head_(target_head), logit_steps_(std::move(logit_steps)),
      chunk_rows_(chunk_rows), nth_(draft.device.n_threads), memory_(draft.device), transposed_memory_(draft.device),
      weight_gradients_(draft.device) {}

matrix ttt::gradient_of(float * gradient, tensor_id id) const {
    const parameter & p = draft_.parameters[id];
    return dense(gradient + p.offset, p.rows, p.cols);
}

// The first pass holds every trunk row, each later one at most a row per root.
void ttt::reserve(const ttt_plan & plan, bool backward) {
    const int64_t trunk = plan.trunk(), roots = plan.roots(), outputs = roots * plan.n_steps, pool = trunk + roots * (plan.n_steps - 1);
    const int64_t d = s_.d, chunk = std::min<int64_t>(chunk_rows_, std::max<int64_t>(roots, 1));
    size_t n = activations::floats(s_, pool, outputs) + arena::padded(trunk, s_.features());
    n += arena::padded(plan.hidden.size(), d) + arena::padded(plan.hidden.size(), s_.n_draft_vocab) + arena::padded(chunk, s_.n_draft_vocab);
    if (backward) {
        n += arena::padded(pool, s_.qkv_cols()) + arena::padded(pool, d) + arena::padded(pool, 2 * d);
        n += 3 * arena::padded(outputs, d) + arena::padded(outputs, 2 * (int64_t) s_.n_ff);
        n += arena::padded(roots, s_.n_ff) + arena::padded(roots, d) + arena::padded(roots, s_.q_cols());
        n += arena::padded(nth_ * trunk, 2 * s_.kv_cols()) + arena::padded(4 * nth_, d);
    }
    memory_.reset(n);
    a_.take(memory_, s_, pool, outputs);
    features_ = memory_.take(trunk, s_.features());
    hidden_ = memory_.take(plan.hidden.size(), d);
    distribution_ = memory_.take(plan.hidden.size(), s_.n_draft_vocab);
    logits_ = memory_.take(chunk, s_.n_draft_vocab);
    if (!backward) return;
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
    norm_sums_ = memory_.take(4 * nth_, d);
}

void ttt::transpose_weights() {
    if (transposed_) return;
    const int64_t d = s_.d;
    size_t n = arena::padded(2 * d, s_.qkv_cols()) + arena::padded(s_.q_cols(), d) + arena::padded(d, 2 * (int64_t) s_.n_ff) +
               arena::padded(s_.n_ff, d) + arena::padded(d, s_.n_draft_vocab);
    transposed_memory_.reset(n);
    const auto transposed = [&](matrix & to, matrix from) {
        to = transposed_memory_.take(from.cols, from.rows);
        record_transpose(q_, from, to);
    };
    transposed(qkv_t_, draft_.qkv());
    transposed(o_t_, draft_.weight(T_O));
    transposed(gate_up_t_, draft_.gate_up());
    transposed(down_t_, draft_.weight(T_DOWN));
    transposed(head_t_, draft_.weight(T_HEAD));
    transposed_ = true;
}

void ttt::load_trunk(const ttt_plan & plan) {
    for (const ttt_plan::source & source : plan.sources) load_features(draft_, *source.features, 0, features_.slice(source.first_row, source.rows));
    passes_.assign(1, pass());
    pass & trunk = passes_[0];
    trunk.token = plan.token;
    trunk.position = plan.position;
    roots_.assign(1, {});
    child_.clear();
    for (int64_t r = 0; r < plan.roots(); r++) {
        const int32_t row = plan.root[r];
        if (plan.predicted[plan.at(r, 0)] < 0) continue;
        trunk.queries.add(row, plan.trunk_begin[row], row + 1);
        trunk.queries.close();
        roots_[0].push_back((int32_t) r);
    }
    q_.product(a_.g.slice(0, plan.trunk()), features_, draft_.weight(T_FC));
}

static void apply(const logit_step & step, float * z, int32_t n) {
    for (int32_t i = 0; i < n; i++) z[i] = step.tanh ? std::tanh(z[i]) : step.scale * z[i] + step.bias;
}

void ttt::target_distributions(const ttt_plan & plan) {
    const int64_t n = (int64_t) plan.hidden.size();
    if (n == 0) return;
    for (int64_t i = 0; i < n; i++) {
        const gto_features & from = *plan.sources[plan.hidden[i].source].features;
        from.read(plan.hidden[i].row, from.taps_width(), s_.d, hidden_.row(i));
    }
    q_.product(distribution_, hidden_, target_head_);
    const matrix p = distribution_;
    const int32_t vocab = s_.n_draft_vocab;
    q_.kernel([=, this](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            for (const logit_step & step : logit_steps_) apply(step, p.row(i), vocab);
            softmax_row(p.row(i), vocab);
        }
    });
}

// Logits of a pass chunk by chunk; with a gradient they become d(logits), d(y) and the head's gradient.
void ttt::score(const ttt_plan & plan, int32_t step, float * gradient, std::vector<row_loss> & rows) {
    const pass & p = passes_[step];
    const std::vector<int32_t> & roots = roots_[step];
    const int64_t n = p.queries.size();
    rows.resize(n);
    for (int64_t first = 0; first < n; first += logits_.rows) {
        const int64_t count = std::min<int64_t>(logits_.rows, n - first);
        const matrix z = logits_.slice(0, count);
        record_logits(q_, net_, a_, p.first_output + first, count, z);
        q_.kernel([=, this, &plan, &roots, &rows](int ith, int nth) {
            const share part(count, ith, nth);
            for (int64_t i = part.first; i < part.last; i++) {
                const int64_t at = plan.at(roots[first + i], step);
                const int32_t label = draft_.t2d[plan.predicted[at]], target = plan.target_row[at];
                const loss_row loss = soft_cross_entropy_row(z.row(i), target < 0 ? nullptr : distribution_.row(target), s_.n_draft_vocab,
                                                             target < 0 ? 0.0f : plan.token_weight[at], plan.policy_weight[at], label);
                rows[first + i] = {loss.token_loss, loss.log_prob, draft_.d2t[loss.argmax], loss.rank};
            }
        });
        if (gradient) {
            q_.product(d_y_.slice(p.first_output + first, count), z, head_t_);
            weight_gradients_.record(q_, gradient_of(gradient, T_HEAD), z, a_.y.slice(p.first_output + first, count));
        }
        q_.run();
    }
}

void ttt::next_pass(const ttt_plan & plan, int32_t step, const std::vector<row_loss> & rows) {
    const pass & last = passes_[step];
    std::vector<int32_t> child(last.queries.size(), -1);
    pass next;
    next.first = last.first + last.rows();
    next.first_output = last.first_output + last.queries.size();
    std::vector<int32_t> roots;
    for (int64_t i = 0; i < last.queries.size() && step + 1 < plan.n_steps; i++) {
        const int32_t r = roots_[step][i];
        const int64_t at = plan.at(r, step);
        if (plan.predicted[at + 1] < 0) continue;
        if (plan.keep_top_k > 0 && rows[i].rank >= plan.keep_top_k && plan.policy_weight[at + 1] == 0.0f) continue;
        const int32_t self = (int32_t) (next.first + next.rows()), trunk = plan.root[r];
        child[i] = self;
        next.queries.add(self, plan.trunk_begin[trunk], trunk + 1);
        if (step > 0) { // the chain so far
            const attention_rows & before = last.queries;
            next.queries.extra.insert(next.queries.extra.end(), before.extra.begin() + before.extra_begin[i], before.extra.begin() + before.extra_begin[i + 1]);
        }
        next.queries.extra.push_back(self);
        next.queries.close();
        next.token.push_back(plan.predicted[at]);
        next.position.push_back(plan.position[trunk] + step + 1);
        roots.push_back(r);
    }
    child_.push_back(std::move(child));
    if (next.rows() == 0) return;
    const matrix g = a_.g.slice(next.first, next.rows()), h = a_.h.slice(last.first_output, last.queries.size());
    const std::vector<int32_t> & map = child_.back();
    for (size_t i = 0; i < map.size(); i++) {
        if (map[i] >= 0) memcpy(g.row(map[i] - next.first), h.row(i), s_.d * sizeof(float));
    }
    passes_.push_back(std::move(next));
    roots_.push_back(std::move(roots));
}

void ttt::forward(const ttt_plan & plan, float * gradient, gto_batch_result & result, std::vector<float> * log_probs) {
    result = {};
    passes_.reserve(plan.n_steps); // recorded kernels hold references
    const int32_t top = plan.keep_top_k > 0 ? plan.keep_top_k : 10;
    std::vector<row_loss> rows;
    for (int32_t step = 0; step < (int32_t) passes_.size(); step++) {
        record_forward(q_, net_, a_, passes_[step]);
        score(plan, step, gradient, rows);
        for (size_t i = 0; i < rows.size(); i++) {
            const int64_t at = plan.at(roots_[step][i], step);
            const float policy = draft_.t2d[plan.predicted[at]] < 0 ? 0.0f : plan.policy_weight[at];
            result.pairs[step]++;
            result.correct[step] += rows[i].argmax == plan.target_argmax[at];
            result.kept[step] += rows[i].rank < top;
            if (plan.target_row[at] >= 0) {
                result.unmasked[step]++;
                result.loss[step] += rows[i].token_loss;
                result.objective += (double) plan.token_weight[at] * rows[i].token_loss;
            }
            if (policy != 0.0f) {
                result.policy[step] += (double) policy * rows[i].log_prob;
                result.objective -= (double) policy * rows[i].log_prob;
            }
            if (log_probs) (*log_probs)[at] = rows[i].log_prob;
        }
        next_pass(plan, step, rows);
    }
    if (!std::isfinite(result.objective)) fail(GTO_E_NUMERIC, "the loss is not a finite number (%g)", result.objective);
}

// d(y) of the pass is known; leaves d(h), d(u), d(gate_up) and adds to d(qkv) of its rows, of its ancestors and of the trunk.
void ttt::record_pass_backward(int32_t step) {
    const pass & p = passes_[step];
    const int64_t n = p.queries.size(), d = s_.d, ff = s_.n_ff;
    const auto rows = [&](const matrix & m) { return m.slice(p.first_output, n); };
    const matrix h = rows(a_.h), u = rows(a_.u), gate_up = rows(a_.gate_up), o = rows(a_.o), lse = rows(a_.lse), d_y = rows(d_y_), d_h = rows(d_h_),
                 d_u = rows(d_u_), d_gate_up = rows(d_gate_up_), d_s = d_s_.slice(0, n), d_n = d_n_.slice(0, n), d_o = d_o_.slice(0, n);
    const std::vector<int32_t> & child = child_[step];
    q_.kernel([=, this, &child](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            if (child[i] >= 0) {
                memcpy(d_h.row(i), d_g_.row(child[i]), d * sizeof(float));
            } else {
                memset(d_h.row(i), 0, d * sizeof(float));
            }
            rms_row_backward(h.row(i), net_.norm(T_OUTPUT_NORM), d_y.row(i), d, s_.rms_eps, d_h.row(i), norm_sum(3, ith));
        }
    });
    q_.product(d_s, d_h, down_t_);
    q_.kernel([=](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) silu_times_backward(gate_up.row(i), d_s.row(i), ff, d_gate_up.row(i));
    });
    q_.product(d_n, d_gate_up, gate_up_t_);
    q_.kernel([=, this](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            memcpy(d_u.row(i), d_h.row(i), d * sizeof(float));
            rms_row_backward(u.row(i), net_.norm(T_FFN_NORM), d_n.row(i), d, s_.rms_eps, d_u.row(i), norm_sum(2, ith));
        }
    });
    q_.product(d_o, d_u, o_t_);
    const int64_t trunk = passes_[0].rows();
    q_.kernel([=, this, &p](int ith, int nth) {
        attention_backward(net_.attention, a_.qkv, p.queries, o, lse, d_o, d_qkv_, trunk_sums_.slice(ith * trunk, trunk), ith, nth);
    });
}

// d(qkv) of the pass's pool rows is complete; leaves d(g) (and d(c), for the weight gradients' norms).
void ttt::record_input_backward(int32_t step) {
    const pass & p = passes_[step];
    const int64_t n = p.rows(), d = s_.d;
    const matrix d_qkv = d_qkv_.slice(p.first, n), d_c = d_c_.slice(p.first, n), d_g = d_g_.slice(p.first, n), g = a_.g.slice(p.first, n),
                 e = a_.e.slice(p.first, n), d_u = d_u_.slice(p.first_output, p.queries.size());
    q_.kernel([=, this, &p](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) net_.rope.rotate(d_qkv.row(i), s_.n_head + s_.n_head_kv, p.position[i], -1.0f);
    });
    q_.product(d_c, d_qkv, qkv_t_);
    q_.kernel([=, &p](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) memset(d_g.row(i), 0, d * sizeof(float));
    });
    q_.kernel([=, &p](int ith, int nth) { // the residual
        const share part(p.queries.size(), ith, nth);
        for (int64_t i = part.first; i < part.last; i++) memcpy(d_g.row(p.queries.pool_row[i] - p.first), d_u.row(i), d * sizeof(float));
    });
    q_.kernel([=, this](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            rms_row_backward(e.row(i), net_.norm(T_ATTN_NORM), d_c.row(i), d, s_.rms_eps, nullptr, norm_sum(0, ith));
            rms_row_backward(g.row(i), net_.norm(T_HIDDEN_NORM), d_c.row(i) + d, d, s_.rms_eps, d_g.row(i), norm_sum(1, ith));
        }
    });
}

void ttt::record_weight_gradients(float * gradient) {
    const pass & last = passes_.back();
    const int64_t pool = last.first + last.rows(), outputs = last.first_output + last.queries.size(), trunk = passes_[0].rows();
    const parameter & q = draft_.parameters[T_Q], & gate = draft_.parameters[T_GATE];
    weight_gradients_.record(q_, dense(gradient + q.offset, s_.qkv_cols(), 2 * (int64_t) s_.d), d_qkv_.slice(0, pool), a_.c.slice(0, pool));
    weight_gradients_.record(q_, gradient_of(gradient, T_FC), d_g_.slice(0, trunk), features_);
    weight_gradients_.record(q_, gradient_of(gradient, T_O), d_u_.slice(0, outputs), a_.o.slice(0, outputs));
    weight_gradients_.record(q_, dense(gradient + gate.offset, 2 * (int64_t) s_.n_ff, s_.d), d_gate_up_.slice(0, outputs), a_.n.slice(0, outputs));
    weight_gradients_.record(q_, gradient_of(gradient, T_DOWN), d_h_.slice(0, outputs), a_.s.slice(0, outputs));
    q_.kernel([=, this](int ith, int) {
        if (ith != 0) return;
        const tensor_id norms[] = {T_ATTN_NORM, T_HIDDEN_NORM, T_FFN_NORM, T_OUTPUT_NORM};
        for (int k = 0; k < 4; k++) {
            float * to = gradient + draft_.parameters[norms[k]].offset;
            for (int t = 0; t < nth_; t++) {
                for (int32_t i = 0; i < s_.d; i++) to[i] += norm_sum(k, t)[i];
            }
        }
    });
}

void ttt::backward(const ttt_plan & plan, float * gradient) {
    const pass & last = passes_.back();
    const int64_t pool = last.first + last.rows(), trunk = plan.trunk(), kv = 2 * s_.kv_cols();
    q_.kernel([=, this](int ith, int nth) {
        const share part(pool, ith, nth);
        memset(d_qkv_.row(part.first), 0, (part.last - part.first) * d_qkv_.stride * sizeof(float));
        memset(trunk_sums_.row(ith * trunk), 0, trunk * kv * sizeof(float));
        for (int k = 0; k < 4; k++) memset(norm_sum(k, ith), 0, s_.d * sizeof(float));
    });
    for (int32_t step = (int32_t) passes_.size() - 1; step >= 0; step--) {
        record_pass_backward(step);
        if (step == 0) { // every pass has added to the trunk's keys and values
            q_.kernel([=, this](int ith, int nth) {
                const share part(trunk, ith, nth);
                for (int64_t i = part.first; i < part.last; i++) {
                    float * to = d_qkv_.row(i) + s_.q_cols();
                    for (int t = 0; t < nth_; t++) {
                        const float * from = trunk_sums_.row(t * trunk + i);
                        for (int64_t c = 0; c < kv; c++) to[c] += from[c];
                    }
                }
            });
        }
        record_input_backward(step);
    }
    record_weight_gradients(gradient);
    q_.run();
}

void ttt::run(const ttt_plan & plan, float * gradient, gto_batch_result & result, std::vector<float> * log_probs) {
    if (log_probs) log_probs->assign(plan.roots() * plan.n_steps, -std::numeric_limits<float>::infinity());
    reserve(plan, gradient != nullptr);
    if (gradient) {
        const int64_t d = s_.d, ff = s_.n_ff, pool = plan.trunk() + plan.roots() * (plan.n_steps - 1), outputs = plan.roots() * plan.n_steps;
        int64_t largest = 0;
        for (int64_t n : {s_.qkv_cols() * 2 * d, d * s_.features(), 2 * ff * d, (int64_t) s_.n_draft_vocab * d}) largest = std::max(largest, n);
        weight_gradients_.reserve(largest, std::max(pool, outputs), std::max({s_.qkv_cols() + 2 * d, d + s_.features(), 3 * ff + d, d + s_.q_cols()}));
        weight_gradients_.reserve(largest, logits_.rows, s_.n_draft_vocab + d);
        transpose_weights();
    }
    load_trunk(plan);
    target_distributions(plan);
    forward(plan, gradient, result, log_probs);
    if (gradient) backward(plan, gradient);
}

} // namespace gto
