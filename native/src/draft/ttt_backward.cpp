#include "draft/rms.h"
#include "draft/swiglu.h"
#include "draft/ttt.h"

#include <cstring>

namespace gto {

// d(y) of the pass is known; leaves d(h), d(u), d(gate_up) and adds to d(qkv) of its rows, of its ancestors and of the
// trunk.
void ttt::record_pass_backward(int32_t step) {
    const pass & p = passes_[step];
    const int64_t n = p.queries.size(), d = s_.d, ff = s_.n_ff;
    const auto rows = [&](const matrix & m) { return m.slice(p.first_output, n); };
    const matrix h = rows(a_.h), u = rows(a_.u), gate_up = rows(a_.gate_up), o = rows(a_.o), lse = rows(a_.lse),
                 d_y = rows(d_y_), d_h = rows(d_h_), d_u = rows(d_u_), d_gate_up = rows(d_gate_up_),
                 d_s = d_s_.slice(0, n), d_n = d_n_.slice(0, n), d_o = d_o_.slice(0, n);
    const std::vector<int32_t> & child = child_[step];
    q_.kernel([=, this, &child](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            if (child[i] >= 0) {
                memcpy(d_h.row(i), d_g_.row(child[i]), d * sizeof(float));
            } else {
                memset(d_h.row(i), 0, d * sizeof(float));
            }
            rms_row_backward(h.row(i), net_.norm(T_OUTPUT_NORM), d_y.row(i), d, s_.rms_eps, d_h.row(i),
                             norm_sum(3, ith));
        }
    });
    q_.product_of_transposed(d_s, d_h, net_.weight(T_DOWN));
    q_.kernel([=](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            silu_times_backward(gate_up.row(i), d_s.row(i), ff, d_gate_up.row(i));
        }
    });
    q_.product_of_transposed(d_n, d_gate_up, net_.gate_up());
    q_.kernel([=, this](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            memcpy(d_u.row(i), d_h.row(i), d * sizeof(float));
            rms_row_backward(u.row(i), net_.norm(T_FFN_NORM), d_n.row(i), d, s_.rms_eps, d_u.row(i), norm_sum(2, ith));
        }
    });
    q_.product_of_transposed(d_o, d_u, net_.weight(T_O));
    const int64_t trunk = passes_[0].rows();
    q_.kernel([=, this, &p](int ith, int nth) {
        attention_backward(net_.attention, a_.qkv, p.queries, o, lse, d_o, d_qkv_,
                           trunk_sums_.slice(ith * trunk, trunk), ith, nth);
    });
}

// d(qkv) of the pass's pool rows is complete; leaves d(g) (and d(c), for the weight gradients' norms).
void ttt::record_input_backward(int32_t step) {
    const pass & p = passes_[step];
    const int64_t n = p.rows(), d = s_.d;
    const matrix d_qkv = d_qkv_.slice(p.first, n), d_c = d_c_.slice(p.first, n), d_g = d_g_.slice(p.first, n),
                 g = a_.g.slice(p.first, n), e = a_.e.slice(p.first, n),
                 d_u = d_u_.slice(p.first_output, p.queries.size());
    q_.kernel([=, this, &p](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            net_.rope.rotate(d_qkv.row(i), 0, s_.q_cols() + s_.kv_cols(), p.position[i], -1.0f);
        }
    });
    q_.product_of_transposed(d_c, d_qkv, net_.qkv());
    q_.kernel([=, &p](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) memset(d_g.row(i), 0, d * sizeof(float));
    });
    q_.kernel([=, &p](int ith, int nth) { // the residual
        const share part(p.queries.size(), ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            memcpy(d_g.row(p.queries.pool_row[i] - p.first), d_u.row(i), d * sizeof(float));
        }
    });
    q_.kernel([=, this](int ith, int nth) {
        const share part(n, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) {
            rms_row_backward(e.row(i), net_.norm(T_ATTN_NORM), d_c.row(i), d, s_.rms_eps, nullptr, norm_sum(0, ith));
            rms_row_backward(g.row(i), net_.norm(T_HIDDEN_NORM), d_c.row(i) + d, d, s_.rms_eps, d_g.row(i),
                             norm_sum(1, ith));
        }
    });
}

void ttt::record_weight_gradients(float * gradient) {
    const pass & last = passes_.back();
    const int64_t pool = last.first + last.rows(), outputs = last.first_output + last.queries.size(),
                  trunk = passes_[0].rows();
    const parameter &q = draft_.parameters[T_Q], &gate = draft_.parameters[T_GATE];
    q_.add_transposed_product(dense(gradient + q.offset, s_.qkv_cols(), 2 * (int64_t) s_.d), d_qkv_.slice(0, pool),
                              a_.c.slice(0, pool));
    q_.add_transposed_product(gradient_of(gradient, T_FC), d_g_.slice(0, trunk), features_);
    q_.add_transposed_product(gradient_of(gradient, T_O), d_u_.slice(0, outputs), a_.o.slice(0, outputs));
    q_.add_transposed_product(dense(gradient + gate.offset, 2 * (int64_t) s_.n_ff, s_.d), d_gate_up_.slice(0, outputs),
                              a_.n.slice(0, outputs));
    q_.add_transposed_product(gradient_of(gradient, T_DOWN), d_h_.slice(0, outputs), a_.s.slice(0, outputs));
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

} // namespace gto
