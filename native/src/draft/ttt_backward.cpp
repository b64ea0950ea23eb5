// The training-time test, backward, from d_y of all output rows (see ttt.cpp for the forward; d_x is dL/dx). Passes are
// gone through from the last to pass 0: h of (r, j) is g of (r, j+1), and keys and values of pass j are attended to by
// passes j and later. RMSNorm'(x; w, d_y) is the gradient to x (rms.h), which also adds to d_w.
//
// record_pass_backward, for the output rows of TTT pass j
//   d_h       = d_g of (r, j+1), 0 where the root has left, + RMSNorm'(h; output_norm, d_y)            [d]
//               of trees in pass 0: the sum of the chains' d_g
//   d_s       = W_down^T d_h                                                                           [n_ff]
//   d_gate_up = SwiGLU'(gate_up, d_s)  (swiglu.h)                                                      [2 n_ff]
//   d_n       = W_gate_up^T d_gate_up                                                                  [d]
//   d_u       = d_h + RMSNorm'(u; ffn_norm, d_n)                                                       [d]
//   d_o       = W_o^T d_u                                                                              [q_cols]
//   d_q, d_k, d_v += attention'(d_o)  (attention.cpp): d_q of this pass, d_k and d_v of passes 0..j
// of which those of the trunk are summed on a CPU by each thread for itself, and added to d_qkv before pass 0's input.
//
// record_input_backward, for the pool rows of TTT pass j, whose d_qkv is complete now
//   d_q, d_k  rotated back by the position
//   d_c       = W_qkv^T d_qkv                                                                          [2 d]
//   d_g       = d_u of the row's output, 0 without one, + RMSNorm'(g; hidden_norm, second half of d_c) [d]
//               with NORM_BEFORE_RESIDUAL: RMSNorm'(g; hidden_norm, second half of d_c + that d_u)
// The first half of d_c gives attn_norm's gradient; e is frozen and needs none.
//
// record_weight_gradients, one product over the stacked rows of all passes
//   d_W_qkv     += d_qkv^T c          over pool rows      [qkv_cols x 2 d]
//   d_W_fc      += d_g^T features     over trunk rows     [d x 3 d]           features: times scale
//   d_W_o       += d_u^T o            over output rows    [d x q_cols]
//   d_W_gate_up += d_gate_up^T n      over output rows    [2 n_ff x d]
//   d_W_down    += d_h^T s            over output rows    [d x n_ff]
//   d_b_fc, d_b_qkv, d_b_o += sums of d_g over trunk rows, of d_qkv over pool rows, of d_u over output rows
// with NORM_BEFORE_FC: d_normed = W_fc^T d_g over trunk rows [3 d_target], which gives its norm's gradient; fc's is
// made with what the norm left.
//   d_W_head is complete already (ttt.cpp), and so are the norms', which each pass adds to by columns.
#include "draft/backward_kernels.h"
#include "draft/ttt.h"

#include <cstring>

namespace gto {

void ttt::record_norm_gradient(float * gradient, tensor_id id, const matrix & x, const matrix & d_y) {
    record_rows(q_, norm_gradient_columns::count(x.cols),
                norm_gradient_columns{x, d_y, inverse_.data, gradient + draft_.parameters[id].offset});
}

// Adds to d_qkv of the pass's rows, of their own rows of earlier passes and, on a CPU by way of trunk_sums_, of the
// trunk.
void ttt::record_attention_backward(int32_t step, const matrix & o, const matrix & lse, const matrix & d_o) {
    const pass & p = passes_[step];
    if (q_.is_accelerated()) {
        net_.products.record_backward(q_, net_.attention, a_.qkv, p.queries, o, d_o, d_qkv_);
        return;
    }
    const int64_t trunk = passes_[0].rows(), kv = trunk_sums_.cols;
    q_.kernel([=, this, &p](int ith, int nth) {
        attention_backward(net_.attention, a_.qkv, p.queries, o, lse, d_o, d_qkv_,
                           trunk_sums_.slice(ith * trunk, trunk), ith, nth);
    });
    if (step > 0) return;
    q_.kernel([=, this](int ith, int nth) { // every TTT pass has added to the trunk's keys and values
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

// d_y of the TTT pass is known; leaves d_h, d_u, d_gate_up and adds to d_qkv and to the gradients of output_norm and
// ffn_norm.
void ttt::record_pass_backward(int32_t step, float * gradient) {
    const pass & p = passes_[step];
    const int64_t n = p.queries.size();
    const auto rows = [&](const matrix & m) { return m.slice(p.first_output, n); };
    const matrix h = rows(a_.h), u = rows(a_.u), gate_up = rows(a_.gate_up), o = rows(a_.o), lse = rows(a_.lse),
                 d_y = rows(d_y_), d_h = rows(d_h_), d_u = rows(d_u_), d_gate_up = rows(d_gate_up_),
                 d_s = d_s_.slice(0, n), d_n = d_n_.slice(0, n), d_o = d_o_.slice(0, n);
    record_rows(q_, n,
                norm_backward_rows{h, net_.norm(T_OUTPUT_NORM), s_.rms_eps, d_y, d_g_, q_.here(children_[step][0]), d_h,
                                   inverse_.data});
    for (size_t k = 1; k < children_[step].size(); k++) {
        record_rows(q_, n, added_rows{d_h, d_g_, q_.here(children_[step][k])});
    }
    record_norm_gradient(gradient, T_OUTPUT_NORM, h, d_y);
    q_.product_of_transposed(d_s, d_h, net_.weight(T_DOWN));
    record_rows(q_, n, swiglu_backward_rows{gate_up, d_s, d_gate_up});
    q_.product_of_transposed(d_n, d_gate_up, net_.gate_up());
    record_rows(q_, n, norm_backward_rows{u, net_.norm(T_FFN_NORM), s_.rms_eps, d_n, d_h, nullptr, d_u, inverse_.data});
    record_norm_gradient(gradient, T_FFN_NORM, u, d_n);
    q_.product_of_transposed(d_o, d_u, net_.weight(T_O));
    record_attention_backward(step, o, lse, d_o);
}

// d_qkv of the TTT pass's pool rows is complete; leaves d_g, and adds to the gradients of attn_norm and hidden_norm.
void ttt::record_input_backward(int32_t step, float * gradient) {
    const pass & p = passes_[step];
    const int64_t n = p.rows(), d = s_.d;
    const matrix d_qkv = d_qkv_.slice(p.first, n), d_c = d_c_.slice(p.first, n), d_g = d_g_.slice(p.first, n),
                 g = a_.g.slice(p.first, n), e = a_.e.slice(p.first, n),
                 d_u = d_u_.slice(p.first_output, p.queries.size());
    record_rows(q_, n, rotated_rows{d_qkv, net_.rope.on(q_), q_.here(p.position), s_.q_cols() + s_.kv_cols(), -1.0});
    q_.product_of_transposed(d_c, d_qkv, net_.qkv());
    record_rows(q_, n, norm_inverse_rows{e, s_.rms_eps, inverse_.data});
    record_norm_gradient(gradient, T_ATTN_NORM, e, d_c.columns(0, d));
    const matrix d_normed = d_c.columns(d, d);
    const int32_t * output = q_.here(output_[step]);
    matrix residual = d_u;
    if (s_.has(GTO_NET_NORM_BEFORE_RESIDUAL)) {
        record_rows(q_, n, added_rows{d_normed, d_u, output});
        residual = {};
    }
    record_rows(
        q_, n,
        norm_backward_rows{g, net_.norm(T_HIDDEN_NORM), s_.rms_eps, d_normed, residual, output, d_g, inverse_.data});
    record_norm_gradient(gradient, T_HIDDEN_NORM, g, d_normed);
}

void ttt::record_bias_gradient(float * gradient, tensor_id id, const matrix & d_y) {
    if (!draft_.parameters.has(id)) return;
    record_rows(q_, bias_gradient_columns::count(d_y.cols),
                bias_gradient_columns{d_y, gradient + draft_.parameters[id].offset});
}

// Of the trunk's rows, whose d_g is complete.
void ttt::record_fusion_norm_backward(float * gradient) {
    const int64_t trunk = features_.rows;
    q_.product_of_transposed(d_normed_, d_g_.slice(0, trunk), net_.weight(T_FC));
    record_rows(q_, trunk, norm_inverse_rows{features_, s_.rms_eps, inverse_.data});
    record_norm_gradient(gradient, T_FC_NORM, features_, d_normed_);
}

void ttt::record_weight_gradients(float * gradient) {
    const pass & last = passes_.back();
    const int64_t pool = last.first + last.rows(), outputs = last.first_output + last.queries.size(),
                  trunk = passes_[0].rows();
    const parameter &q = draft_.parameters[T_Q], &gate = draft_.parameters[T_GATE];
    q_.add_transposed_product(dense(gradient + q.offset, s_.qkv_cols(), 2 * (int64_t) s_.d), d_qkv_.slice(0, pool),
                              a_.c.slice(0, pool));
    const bool normed = s_.has(GTO_NET_NORM_BEFORE_FC);
    q_.add_transposed_product(gradient_of(gradient, T_FC), d_g_.slice(0, trunk), normed ? normed_ : features_);
    if (normed) record_fusion_norm_backward(gradient);
    record_bias_gradient(gradient, T_FC_BIAS, d_g_.slice(0, trunk));
    record_bias_gradient(gradient, T_Q_BIAS, d_qkv_.slice(0, pool));
    record_bias_gradient(gradient, T_O_BIAS, d_u_.slice(0, outputs));
    q_.add_transposed_product(gradient_of(gradient, T_O), d_u_.slice(0, outputs), a_.o.slice(0, outputs));
    q_.add_transposed_product(dense(gradient + gate.offset, 2 * (int64_t) s_.n_ff, s_.d), d_gate_up_.slice(0, outputs),
                              a_.n.slice(0, outputs));
    q_.add_transposed_product(gradient_of(gradient, T_DOWN), d_h_.slice(0, outputs), a_.s.slice(0, outputs));
}

void ttt::backward(float * gradient) {
    const pass & last = passes_.back();
    const int64_t pool = last.first + last.rows();
    q_.zero(d_qkv_.data, pool * d_qkv_.stride);
    q_.zero(trunk_sums_.data, trunk_sums_.rows * trunk_sums_.stride);
    for (int32_t step = (int32_t) passes_.size() - 1; step >= 0; step--) {
        record_pass_backward(step, gradient);
        record_input_backward(step, gradient);
    }
    record_weight_gradients(gradient);
    q_.run();
}

} // namespace gto
