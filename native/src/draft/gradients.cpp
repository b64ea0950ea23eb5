#include "draft/gradients.h"

#include <algorithm>

namespace gto {

// mul_mat's fast path wants the summed dimension in whole vectors
static int64_t padded_rows(int64_t rows) { return (rows + 15) / 16 * 16; }

void record_transpose(queue & q, matrix in, matrix out) {
    q.kernel([=](int ith, int nth) {
        constexpr int64_t side = 32;
        const share part((in.cols + side - 1) / side, ith, nth);
        for (int64_t c0 = part.first * side; c0 < std::min(part.last * side, in.cols); c0 += side) {
            const int64_t c1 = std::min(c0 + side, in.cols);
            for (int64_t r0 = 0; r0 < in.rows; r0 += side) {
                const int64_t r1 = std::min(r0 + side, in.rows);
                for (int64_t c = c0; c < c1; c++) {
                    float * to = out.row(c);
                    for (int64_t r = r0; r < r1; r++) to[r] = in.row(r)[c];
                }
            }
            for (int64_t c = c0; c < c1; c++) std::fill(out.row(c) + in.rows, out.row(c) + out.cols, 0.0f);
        }
    });
}

size_t weight_gradients::floats(int64_t out, int64_t in, int64_t rows) {
    const int64_t padded = padded_rows(rows);
    return arena::padded(out, in) + arena::padded(out, padded) + arena::padded(in, padded);
}

void weight_gradients::record(queue & q, matrix gradient, matrix d_out, matrix in) {
    if (in.rows == 0) return;
    if (q.in_bf16()) return q.add_transposed_product(gradient, d_out, in);
    // one product at a time: the scratch is shared, and the queue runs in order
    memory_.reset(0);
    const int64_t rows = padded_rows(in.rows);
    const matrix product = memory_.take(gradient.rows, gradient.cols), d_out_t = memory_.take(d_out.cols, rows), in_t = memory_.take(in.cols, rows);
    record_transpose(q, d_out, d_out_t);
    record_transpose(q, in, in_t);
    q.product(product, d_out_t, in_t);
    q.kernel([=](int ith, int nth) {
        const share part(gradient.rows * gradient.cols, ith, nth);
        for (int64_t i = part.first; i < part.last; i++) gradient.data[i] += product.data[i];
    });
}

} // namespace gto
