#include "draft/forward.h"

#include "draft/forward_kernels.h"
#include "kernel/group.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gto {

static bool whole_blocks(const gto_draft & draft, ggml_type type) {
    const int64_t block = ggml_blck_size(type);
    return std::all_of(draft.parameters.begin(), draft.parameters.end(),
                       [=](const parameter & p) { return !p.is_matrix() || p.cols % block == 0; });
}

// An accelerated device has products in F16, and none in fewer bits.
static ggml_type product_type(const gto_draft & draft, int32_t type) {
    const auto quantised = [&](ggml_type to) {
        return draft.device.is_accelerated() || !whole_blocks(draft, to) ? GGML_TYPE_F16 : to;
    };
    switch (type) {
        case GTO_TYPE_F32:
        case GTO_TYPE_BF16: return GGML_TYPE_F32; // the queue rounds
        case GTO_TYPE_F16: return GGML_TYPE_F16;
        case GTO_TYPE_Q8_0: return quantised(GGML_TYPE_Q8_0);
        case GTO_TYPE_Q4_0: return quantised(GGML_TYPE_Q4_0);
        default:
            fail(GTO_E_ARGUMENT, "type: expected F32 (0), F16 (1), Q8_0 (2), BF16 (3) or Q4_0 (4), found %d", type);
    }
}

// Rounded to 8 or 4 bits, NaN and infinity become some number: nobody would see them any more.
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
    : draft(draft), s(draft.s), attention{s.n_head, s.n_head_kv, s.head_dim}, products(draft.device),
      rope(s.head_dim, s.rope_base, draft.rope, s.rope_scaling), type_(product_type(draft, type)) {
    if (type_ == GGML_TYPE_F32) return;
    if (!draft.device.is_accelerated()) require_finite_weights(draft);
    std::vector<rounded_part> parts;
    for (const weights & w :
         {weight(T_FC), qkv(), weight(T_O), weight(T_GATE), weight(T_UP), weight(T_DOWN), weight(T_HEAD)}) {
        parts.push_back({(const float *) w.data - draft.memory.data(), w.rows, w.cols});
    }
    rounded_ = draft.rounded.of(draft.device, draft.memory.data(), draft.revision, parts, type_);
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

void load_features(queue & q, const gto_draft & draft, const gto_features & features, int32_t first, matrix out) {
    if (features.memory.device() == &q.device()) {
        const float * there = (const float *) features.memory.data();
        record_rows(q, out.rows,
                    scaled_rows{{const_cast<float *>(there), features.rows(), out.cols, features.width()},
                                first,
                                q.here(draft.scale),
                                out});
        return;
    }
    constexpr int64_t together = 64;
    std::vector<float> rows(std::min(together, out.rows) * out.cols);
    for (int64_t done = 0; done < out.rows; done += together) {
        const int64_t count = std::min(together, out.rows - done);
        for (int64_t r = 0; r < count; r++) {
            float * row = rows.data() + r * out.cols;
            features.read(first + (int32_t) (done + r), 0, (int32_t) out.cols, row);
            for (int64_t c = 0; c < out.cols; c++) row[c] *= draft.scale[c];
        }
        q.write(out.row(done), rows.data(), count * out.cols);
    }
}

void load_row(host_group, const embedding_table & table, int64_t row, float * out) {
    const char * values = (const char *) table.data + row * table.row_bytes;
    if (table.type == GGML_TYPE_F32) {
        memcpy(out, values, (size_t) table.width * sizeof(float));
    } else {
        ggml_get_type_traits((ggml_type) table.type)->to_float(values, out, table.width);
    }
}

// By heads, so that no pair asks in which one it is.
void rotate(host_group, const rope_angles & angles, int32_t position, float sign, float * heads, int64_t first,
            int64_t last) {
    const int64_t half = angles.half;
    while (first < last) {
        const int64_t of_head = first / 2 % half, pairs = std::min(half - of_head, (last - first) / 2);
        const float * c = angles.cosine + position * half + of_head;
        const float * s = angles.sine + position * half + of_head;
        float * pair = heads + first;
        for (int64_t i = 0; i < pairs; i++) {
            const float x = pair[2 * i], y = pair[2 * i + 1];
            pair[2 * i] = x * c[i] - sign * y * s[i];
            pair[2 * i + 1] = sign * x * s[i] + y * c[i];
        }
        first += 2 * pairs;
    }
}

// record_product with a bias [b's rows] added before results are taken; a null bias is none.
template <class Make, class Take> static void record_biased_product(queue & q, const matrix & c, const matrix & a,
                                                                    const weights & b, const float * bias,
                                                                    const Make & make, const Take & take) {
    if (!bias) return record_product(q, c, a, b, make, take);
    record_product(q, c, a, b, make, nothing());
    record_rows(q, c.rows, biased_rows{c, bias});
    if constexpr (!std::is_same_v<Take, nothing>) record_rows(q, c.rows, take);
}

void record_fusion(queue & q, const net & net, const matrix & x, const matrix & normed, const matrix & g) {
    const float * bias = net.bias(T_FC_BIAS);
    if (net.s.has(GTO_NET_NORM_BEFORE_FC)) {
        record_biased_product(q, g, normed, net.weight(T_FC), bias,
                              normed_rows{x, net.norm(T_FC_NORM), net.s.rms_eps, normed}, nothing());
    } else {
        record_biased_product(q, g, x, net.weight(T_FC), bias, nothing(), nothing());
    }
}

static void record_attention(queue & q, net & net, const matrix & pool, const attention_rows & rows, const matrix & out,
                             const matrix & lse) {
    if (q.is_accelerated()) {
        net.products.record_forward(q, net.attention, pool, rows, out, lse);
    } else {
        q.kernel(
            [=, &net, &rows](int ith, int nth) { attention_forward(net.attention, pool, rows, out, lse, ith, nth); });
    }
}

void record_forward(queue & q, net & net, const activations & a, const pass & p) {
    const shape & s = net.s;
    const int64_t rows = p.rows(), outputs = p.queries.size(), rotated = s.q_cols() + s.kv_cols();
    const matrix g = a.g.slice(p.first, rows), e = a.e.slice(p.first, rows), c = a.c.slice(p.first, rows),
                 qkv = a.qkv.slice(p.first, rows);
    net.rope.extend(rows == 0 ? 0 : *std::max_element(p.position.begin(), p.position.end()) + 1);
    const int32_t *token = q.here(p.token), *position = q.here(p.position);
    record_biased_product(q, qkv, c, net.qkv(), net.bias(T_Q_BIAS),
                          input_rows{net.draft.embedding->rows, token, g, e, c, net.norm(T_ATTN_NORM),
                                     net.norm(T_HIDDEN_NORM), s.rms_eps},
                          rotated_rows{qkv, net.rope.on(q), position, rotated, 1.0});
    if (outputs == 0) return;

    const matrix o = a.o.slice(p.first_output, outputs), lse = a.lse.slice(p.first_output, outputs),
                 u = a.u.slice(p.first_output, outputs), n = a.n.slice(p.first_output, outputs),
                 gate_up = a.gate_up.slice(p.first_output, outputs), product = a.s.slice(p.first_output, outputs),
                 h = a.h.slice(p.first_output, outputs), sum = a.sum.slice(p.first_output, outputs);
    record_attention(q, net, a.qkv, p.queries, o, lse);
    const matrix residual = s.has(GTO_NET_NORM_BEFORE_RESIDUAL) ? c.columns(s.d, s.d) : g;
    record_biased_product(q, sum, o, net.weight(T_O), net.bias(T_O_BIAS), nothing(),
                          residual_rows{residual, q.here(p.queries.pool_row), p.first, sum, u});
    record_product(q, gate_up, n, net.gate_up(), normed_rows{u, net.norm(T_FFN_NORM), s.rms_eps, n},
                   swiglu_rows{gate_up, product});
    record_product(q, sum, product, net.weight(T_DOWN), nothing(), residual_rows{u, nullptr, 0, sum, h});
}

} // namespace gto
