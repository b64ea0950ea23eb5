// Row kernels of the net's backward pass (draft/ttt_backward.cpp).
#pragma once

#include "common/ceil_div.h"
#include "draft/row_norms.h"
#include "draft/swiglu.h"
#include "kernel/matrix.h"

namespace gto {

// d_x = base[place[i]] + the gradient of RMSNorm(x; w) from d_y; base counts 0 where place is -1, and everywhere where
// it has no rows; a null place is i itself. inverse [rows] = 1 / rms(x).
struct norm_backward_rows {
    matrix x;
    const float * w;
    double eps;
    matrix d_y, base;
    const int32_t * place;
    matrix d_x;
    float * inverse;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const int64_t from = place ? place[i] : i;
        const float inv = rms_row_backward(g, x.row(i), w, d_y.row(i), (int32_t) x.cols, (float) eps,
                                           base.data && from >= 0 ? base.row(from) : nullptr, d_x.row(i));
        if (g.rank() == 0) inverse[i] = inv;
    }
};

// inverse [rows] = 1 / rms(x): of rows whose gradient nobody asks for.
struct norm_inverse_rows {
    matrix x;
    double eps;
    float * inverse;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const float inv = rms_inverse(g, x.row(i), (int32_t) x.cols, eps);
        if (g.rank() == 0) inverse[i] = inv;
    }
};

// d_w += sum over the rows of d_y x inverse, by columns: a "row" is `width` of them. Sums go through the rows in order,
// so they depend neither on threads nor on lanes.
struct norm_gradient_columns {
    static constexpr int32_t width = 64, lanes = 64;
    matrix x, d_y;
    const float * inverse;
    float * d_w;

    static int64_t count(int64_t cols) { return ceil_div(cols, width); }

    template <class Group> GTO_HD void operator()(Group g, int32_t chunk) const {
        const int64_t first = (int64_t) chunk * width, last = first + width < x.cols ? first + width : x.cols;
        for (int64_t c = first + g.rank(); c < last; c += g.size()) {
            float sum = 0.0f;
            for (int64_t i = 0; i < x.rows; i++) sum += d_y.row(i)[c] * x.row(i)[c] * inverse[i];
            d_w[c] += sum;
        }
    }
    void operator()(host_group, int32_t chunk) const; // backward_kernels.cpp
};

// to += more[place[i]]; nothing where place is -1.
struct added_rows {
    matrix to, more;
    const int32_t * place;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        const int32_t from = place[i];
        if (from < 0) return;
        float * row = to.row(i);
        const float * source = more.row(from);
        each_between(g, 0, to.cols, [=](int64_t k) { row[k] += source[k]; });
    }
};

// d_bias += sum over the rows of d_y, by columns as norm_gradient_columns does.
struct bias_gradient_columns {
    static constexpr int32_t width = 64, lanes = 64;
    matrix d_y;
    float * d_bias;

    static int64_t count(int64_t cols) { return ceil_div(cols, width); }

    template <class Group> GTO_HD void operator()(Group g, int32_t chunk) const {
        const int64_t first = (int64_t) chunk * width, last = first + width < d_y.cols ? first + width : d_y.cols;
        for (int64_t c = first + g.rank(); c < last; c += g.size()) {
            float sum = 0.0f;
            for (int64_t i = 0; i < d_y.rows; i++) sum += d_y.row(i)[c];
            d_bias[c] += sum;
        }
    }
    void operator()(host_group, int32_t chunk) const; // backward_kernels.cpp
};

// d_gate_up of rows [gate | up] from d_s.
struct swiglu_backward_rows {
    matrix gate_up, d_s, d_gate_up;

    template <class Group> GTO_HD void operator()(Group g, int32_t i) const {
        swiglu_backward(g, gate_up.row(i), d_s.row(i), (int32_t) d_s.cols, d_gate_up.row(i));
    }
};

} // namespace gto
