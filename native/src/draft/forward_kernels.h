// Row kernels of the net's forward pass (draft/forward.cpp has the order, draft/ttt.cpp the equations). See
// device/record.h for make() and take().
#pragma once

#include "draft/embedding_rows.h"
#include "draft/row_norms.h"
#include "draft/swiglu.h"
#include "kernel/matrix.h"

namespace gto {

// to[to_row[i]] = from[from_row[i]]; a null map is i itself.
struct copied_rows {
    matrix from;
    const int32_t * from_row;
    matrix to;
    const int32_t * to_row;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const float * source = from.row(from_row ? from_row[i] : i);
        float * out = to.row(to_row ? to_row[i] : i);
        each_between(g, 0, from.cols, [=](int64_t c) { out[c] = source[c]; });
    }
};

// to[i] = from[first + i] * scale, column by column.
struct scaled_rows {
    matrix from;
    int64_t first;
    const float * scale;
    matrix to;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const float *source = from.row(first + i), *by = scale;
        float * out = to.row(i);
        each_between(g, 0, to.cols, [=](int64_t c) { out[c] = source[c] * by[c]; });
    }
};

// e = embedding of the row's token; c = concat(RMSNorm(e; embedding_norm), RMSNorm(g; hidden_norm)).
struct input_rows {
    embedding_table table;
    const int32_t * token;
    matrix g, e, c;
    const float *embedding_norm, *hidden_norm;
    double eps;

    template <class Group> GTO_HD void make(Group group, int64_t i, float * to, bool kept) const {
        const int32_t d = table.width;
        load_row(group, table, token[i], to);
        if (kept) {
            float * own = e.row(i);
            each(group, d, [=](int32_t k) { own[k] = to[k]; });
        }
        rms_row(group, to, embedding_norm, d, (float) eps, to);
        rms_row(group, g.row(i), hidden_norm, d, (float) eps, to + d);
    }
    template <class Group> GTO_HD void operator()(Group group, int32_t i) const { make(group, i, c.row(i), true); }
};

// A bias is added to the rows.
struct biased_rows {
    matrix x;
    const float * bias;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        float * row = x.row(i);
        const float * more = bias;
        each_between(g, 0, x.cols, [=](int64_t k) { row[k] += more[k]; });
    }
};

// Cosines and sines of a rotary embedding's angles, [positions][half], times its magnitude; see draft/rope.h.
struct rope_angles {
    const float *cosine, *sine;
    int64_t half; // of a head
};

// Rotates values [first, last) (even numbers) of consecutive heads by the angle of `position`; sign -1 rotates back
// (the gradient; by the same magnitude).
template <class Group> GTO_HD void rotate(Group g, const rope_angles & angles, int32_t position, float sign,
                                          float * heads, int64_t first, int64_t last) {
    const float * c = angles.cosine + position * angles.half;
    const float * s = angles.sine + position * angles.half;
    const int64_t half = angles.half;
    each_between(g, first / 2, last / 2, [=](int64_t pair) {
        const int64_t k = pair % half;
        const float x = heads[2 * pair], y = heads[2 * pair + 1];
        heads[2 * pair] = x * c[k] - sign * y * s[k];
        heads[2 * pair + 1] = sign * x * s[k] + y * c[k];
    });
}
void rotate(host_group, const rope_angles & angles, int32_t position, float sign, float * heads, int64_t first,
            int64_t last);

// The first `rotated` values of each row, q and k, rotated in place by the row's position.
struct rotated_rows {
    matrix qkv;
    rope_angles angles;
    const int32_t * position;
    int64_t rotated;
    double sign;

    template <class Group> GTO_HD void take(Group g, int64_t i, int64_t first, int64_t last) const {
        rotate(g, angles, position[i], (float) sign, qkv.row(i), first, last < rotated ? last : rotated);
    }
    template <class Group> GTO_HD void operator()(Group g, int32_t i) const { take(g, i, 0, rotated); }
};

// out = residual[place[i] - first_place] + sum; a null place is i itself.
struct residual_rows {
    matrix residual;
    const int32_t * place;
    int64_t first_place;
    matrix sum, out;

    template <class Group> GTO_HD void take(Group g, int64_t i, int64_t first, int64_t last) const {
        const float *before = residual.row((place ? place[i] : i) - first_place), *more = sum.row(i);
        float * to = out.row(i);
        each_between(g, first, last, [=](int64_t k) { to[k] = before[k] + more[k]; });
    }
    template <class Group> GTO_HD void operator()(Group g, int32_t i) const { take(g, i, 0, sum.cols); }
};

// to = RMSNorm(x; w).
struct normed_rows {
    matrix x;
    const float * w;
    double eps;
    matrix to;

    template <class Group> GTO_HD void make(Group g, int64_t i, float * row, bool) const {
        rms_row(g, x.row(i), w, (int32_t) x.cols, (float) eps, row);
    }
    template <class Group> GTO_HD void operator()(Group g, int32_t i) const { make(g, i, to.row(i), true); }
};

// s = silu(gate) * up of rows [gate | up].
struct swiglu_rows {
    matrix gate_up, s;

    template <class Group> GTO_HD void take(Group g, int64_t i, int64_t first, int64_t last) const {
        const float * gate = gate_up.row(i);
        swiglu(g, gate + first, gate + s.cols + first, (int32_t) (last - first), s.row(i) + first);
    }
    template <class Group> GTO_HD void operator()(Group g, int32_t i) const { take(g, i, 0, s.cols); }
};

} // namespace gto
