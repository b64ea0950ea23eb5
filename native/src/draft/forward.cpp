#include "draft/forward.h"

#include "cpu/row_functions.h"
#include "draft/rms.h"
#include "kernel/group.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gto {

static bool whole_blocks(const gto_draft & draft, ggml_type type) {
    const int64_t block = ggml_blck_size(type);
    return std::all_of(draft.parameters.begin(), draft.parameters.end(),
                       [=](const parameter & p) { return p.cols % block == 0; });
}

static ggml_type product_type(const gto_draft & draft, int32_t type) {
    switch (type) {
        case GTO_TYPE_F32:
        case GTO_TYPE_BF16: return GGML_TYPE_F32; // the queue rounds
        case GTO_TYPE_F16: return GGML_TYPE_F16;
        case GTO_TYPE_Q8_0: return whole_blocks(draft, GGML_TYPE_Q8_0) ? GGML_TYPE_Q8_0 : GGML_TYPE_F16;
        default: fail(GTO_E_ARGUMENT, "type: expected F32 (0), F16 (1), Q8_0 (2) or BF16 (3), found %d", type);
    }
}

// Rounded to 8 bits, NaN and infinity become some number: nobody would see them any more.
static void require_finite_weights(const gto_draft & draft) {
    const float * values = draft.memory.data();
    float sum = 0; // of zeros, or NaN
    GTO_SIMD(reduction(+ : sum))
    for (int64_t i = 0; i < draft.n_params; i++) sum += values[i] - values[i];
    if (sum == 0) return;
    for (const parameter & p : draft.parameters) {
        const float * end = values + p.offset + p.size();
        const float * bad = std::find_if(values + p.offset, end, [](float v) { return !std::isfinite(v); });
        if (bad != end) {
            fail(GTO_E_NUMERIC, "the draft's weights are not finite: %s[%lld] is %g", p.name.c_str(),
                 (long long) (bad - values - p.offset), *bad);
        }
    }
}

net::net(gto_draft & draft, int32_t type)
    : draft(draft), s(draft.s), attention{s.n_head, s.n_head_kv, s.head_dim}, rope(s.head_dim, s.rope_base, draft.rope),
      type_(product_type(draft, type)) {
    if (type_ == GGML_TYPE_F32) return;
    require_finite_weights(draft);
    std::vector<rounded_part> parts;
    for (const weights & w :
         {weight(T_FC), qkv(), weight(T_O), weight(T_GATE), weight(T_UP), weight(T_DOWN), weight(T_HEAD)}) {
        parts.push_back({(const float *) w.data - draft.memory.data(), w.rows, w.cols});
    }
    rounded_ = draft.rounded.of(draft.device, draft.memory.data(), parts, type_);
}

weights net::rows_from(tensor_id id, int64_t rows, int64_t cols, int64_t parts) const {
    const int64_t offset = draft.parameters[id].offset;
    if (!rounded_) return {draft.memory.data() + offset, GGML_TYPE_F32, rows, cols, parts};
    return {rounded_->at(offset), type_, rows, cols, parts, rounded_->packed()};
}

size_t activations::floats(const shape & s, int64_t pool, int64_t outputs) {
    size_t n = 0;
    for (int64_t cols : {(int64_t) s.d, (int64_t) s.d, 2 * (int64_t) s.d, s.qkv_cols()}) n += arena::padded(pool, cols);
    for (int64_t cols : {s.q_cols(), (int64_t) s.n_head, (int64_t) s.d, (int64_t) s.d, 2 * (int64_t) s.n_ff,
                         (int64_t) s.n_ff, (int64_t) s.d, (int64_t) s.d, (int64_t) s.d}) {
        n += arena::padded(outputs, cols);
    }
    return n;
}

void activations::take(arena & memory, const shape & shape, int64_t pool, int64_t outputs) {
    const int64_t d = shape.d;
    g = memory.take(pool, d);
    e = memory.take(pool, d);
    c = memory.take(pool, 2 * d);
    qkv = memory.take(pool, shape.qkv_cols());
    o = memory.take(outputs, shape.q_cols());
    lse = memory.take(outputs, shape.n_head);
    u = memory.take(outputs, d);
    n = memory.take(outputs, d);
    gate_up = memory.take(outputs, 2 * (int64_t) shape.n_ff);
    s = memory.take(outputs, shape.n_ff);
    h = memory.take(outputs, d);
    y = memory.take(outputs, d);
    sum = memory.take(outputs, d);
}

void load_features(const gto_draft & draft, const gto_features & features, int32_t first, matrix out) {
    for (int64_t r = 0; r < out.rows; r++) {
        float * row = out.row(r);
        features.read(first + (int32_t) r, 0, (int32_t) out.cols, row);
        for (int64_t c = 0; c < out.cols; c++) row[c] *= draft.scale[c];
    }
}

// A row of a table of any type.
static void load_row(const ggml_tensor * table, int32_t row, float * out) {
    const char * values = (const char *) table->data + (size_t) row * table->nb[1];
    if (table->type == GGML_TYPE_F32) {
        memcpy(out, values, (size_t) table->ne[0] * sizeof(float));
    } else {
        ggml_get_type_traits(table->type)->to_float(values, out, table->ne[0]);
    }
}

void record_forward(queue & q, net & net, const activations & a, const pass & p) {
    const shape & s = net.s;
    const int64_t d = s.d, rows = p.rows(), outputs = p.queries.size(), rotated = s.q_cols() + s.kv_cols();
    const matrix g = a.g.slice(p.first, rows), e = a.e.slice(p.first, rows), c = a.c.slice(p.first, rows),
                 qkv = a.qkv.slice(p.first, rows);
    net.rope.extend(rows == 0 ? 0 : *std::max_element(p.position.begin(), p.position.end()) + 1);

    q.product(qkv, c, net.qkv(),
              [=, &net, &p](int64_t i, float * to, bool kept) {
                  load_row(net.draft.embedding->table, p.token[i], to);
                  if (kept) memcpy(e.row(i), to, d * sizeof(float));
                  rms_row(to, net.norm(T_ATTN_NORM), d, s.rms_eps, to);
                  rms_row(g.row(i), net.norm(T_HIDDEN_NORM), d, s.rms_eps, to + d);
              },
              {[=, &net, &p](int64_t i, int64_t first, int64_t last) {
                  net.rope.rotate(qkv.row(i), first, std::min(last, rotated), p.position[i], 1.0f);
              }});
    if (outputs == 0) return;

    const matrix o = a.o.slice(p.first_output, outputs), lse = a.lse.slice(p.first_output, outputs),
                 u = a.u.slice(p.first_output, outputs), n = a.n.slice(p.first_output, outputs),
                 gate_up = a.gate_up.slice(p.first_output, outputs), product = a.s.slice(p.first_output, outputs),
                 h = a.h.slice(p.first_output, outputs), sum = a.sum.slice(p.first_output, outputs), all_g = a.g,
                 pool = a.qkv;
    q.kernel([=, &net, &p](int ith, int nth) { attention_forward(net.attention, pool, p.queries, o, lse, ith, nth); });
    q.product(sum, o, net.weight(T_O), {}, {[=, &p](int64_t i, int64_t first, int64_t last) {
                  const float * residual = all_g.row(p.queries.pool_row[i]);
                  for (int64_t k = first; k < last; k++) u.row(i)[k] = residual[k] + sum.row(i)[k];
              }});
    q.product(gate_up, n, net.gate_up(),
              [=, &net](int64_t i, float * to, bool) { rms_row(u.row(i), net.norm(T_FFN_NORM), d, s.rms_eps, to); },
              {[=](int64_t i, int64_t first, int64_t last) {
                  const float * gate = gate_up.row(i);
                  swiglu_row(gate + first, gate + s.n_ff + first, last - first, product.row(i) + first);
              }});
    q.product(sum, product, net.weight(T_DOWN), {}, {[=](int64_t i, int64_t first, int64_t last) {
                  for (int64_t k = first; k < last; k++) h.row(i)[k] = u.row(i)[k] + sum.row(i)[k];
              }});
}

void record_logits(queue & q, net & net, matrix h, matrix y, matrix logits, result_step then) {
    q.product(
        logits, y, net.weight(T_HEAD),
        [=, &net](int64_t i, float * to, bool) {
            rms_row(h.row(i), net.norm(T_OUTPUT_NORM), net.s.d, net.s.rms_eps, to);
        },
        std::move(then));
}

} // namespace gto
