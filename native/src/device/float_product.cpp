#include "device/float_product.h"

#include "common/ceil_div.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace gto {

namespace {

constexpr int64_t longest_span = 320;                // at most 60 KiB of a panel of b, read again for each panel of a
constexpr int64_t group_values = 384 * longest_span; // of a: stay in the second cache while the panels of b pass by
constexpr int64_t line = 16;                         // floats of a cache line
constexpr int64_t strip = 16;                        // values of the summed dimension that are packed at once

// All spans but the last are as long as this: no short one remains, for which c would have to be read and written
// again.
int64_t span_of(int64_t k) { return ceil_div(k, ceil_div(k, longest_span)); }

// Calls f(first value, values) for each span of k values.
template <class F> void for_each_span(int64_t k, F && f) {
    const int64_t span = span_of(k);
    for (int64_t k0 = 0; k0 < k; k0 += span) f(k0, std::min(span, k - k0));
}

// Values [k0, k0 + count) of rows [first, last) turned into columns of a panel.
void turn(const matrix & source, int64_t first, int64_t last, int64_t k0, int64_t count, int64_t side, float * panel) {
    for (int64_t k1 = 0; k1 < count; k1 += strip) {
        const int64_t n = std::min(strip, count - k1);
        for (int64_t i = first; i < last; i++) {
            const float * row = source.row(i) + k0 + k1;
            for (int64_t k = 0; k < n; k++) panel[(k1 + k) * side + i - first] = row[k];
        }
    }
}

// Panels [first, last) of a span, `side` columns of the source each. Neighbours together: they share the source's
// lines.
template <class Side> void copy_columns(const matrix & source, Side side, int64_t first, int64_t last, int64_t k0,
                                        int64_t count, float * panels) {
    const int64_t whole = std::clamp(source.cols / side, first, last);
    for (int64_t k1 = 0; k1 < count; k1 += strip) {
        const int64_t end = std::min(k1 + strip, count);
        for (int64_t p = first; p < whole; p++) {
            for (int64_t k = k1; k < end; k++) {
                memcpy(panels + (p * count + k) * side, source.row(k0 + k) + p * side, side * sizeof(float));
            }
        }
        for (int64_t k = k1; k < end && whole < last; k++) {
            memcpy(panels + (whole * count + k) * side, source.row(k0 + k) + whole * side,
                   (source.cols - whole * side) * sizeof(float));
        }
    }
}

} // namespace

size_t float_product::bytes(const operand_shape & shape, operand to) const {
    return ceil_div(shape.n, panel(to)) * panel(to) * shape.k * sizeof(float);
}

void float_product::pack(const matrix & source, orientation from, operand to, void * packed, int ith, int nth) const {
    constexpr int64_t together = 32;
    const operand_shape shape = shape_of(source, from);
    const int64_t side = panel(to);
    const share part(ceil_div(shape.n, side), ith, nth);
    for_each_span(shape.k, [&](int64_t k0, int64_t count) {
        float * out = (float *) packed + k0 * ceil_div(shape.n, side) * side;
        if (from == orientation::columns) {
            for (int64_t p = part.first; p < part.last; p += together) {
                const int64_t last = std::min(p + together, part.last);
                if (side == 8) { // a call for so little costs more than the copy
                    copy_columns(source, std::integral_constant<int64_t, 8>(), p, last, k0, count, out);
                } else {
                    copy_columns(source, side, p, last, k0, count, out);
                }
            }
        } else if (to == operand::left) {
            for (int64_t i = part.first * side; i < std::min(part.last * side, shape.n); i++) {
                memcpy(out + i * count, source.row(i) + k0, count * sizeof(float));
            }
        } else {
            for (int64_t p = part.first; p < part.last; p++) {
                turn(source, p * side, std::min((p + 1) * side, shape.n), k0, count, side, out + p * side * count);
            }
        }
    });
}

void float_product::multiply(const void * left, const operand_shape & left_shape, const void * right,
                             const operand_shape & right_shape, const matrix & c, bool add, int ith, int nth) const {
    const int64_t rows = kernel_.rows, columns = kernel_.columns, down = ceil_div(left_shape.n, rows),
                  across = ceil_div(right_shape.n, columns);
    const int64_t groups = ceil_div(left_shape.n * span_of(left_shape.k), group_values);
    const bool in_rows = left_shape.from == orientation::rows;
    const share part(groups * across, ith, nth);
    for (int64_t task = part.first; task < part.last;) {
        const share group(down, (int) (task / across), (int) groups);
        const int64_t first = task % across, last = std::min(across, first + part.last - task);
        for_each_span(left_shape.k, [&](int64_t k0, int64_t count) {
            const float * a = (const float *) left + k0 * down * rows;
            const float * b = (const float *) right + k0 * across * columns;
            for (int64_t j = first; j < last; j++) {
                const float * next = b + std::min(j + 1, last - 1) * columns * count;
                for (int64_t i = group.first; i < group.last; i++) { // a part of the next panel is fetched with each
                    const share lines(columns * count / line, (int) (i - group.first),
                                      (int) (group.last - group.first));
                    for (int64_t l = lines.first; l < lines.last; l++) __builtin_prefetch(next + l * line, 0, 2);
                    kernel_.multiply({std::min(rows, c.rows - i * rows), std::min(columns, c.cols - j * columns), count,
                                      a + i * rows * count, in_rows ? count : 1, in_rows ? 1 : rows,
                                      b + j * columns * count, columns, c.row(i * rows) + j * columns, c.stride,
                                      add || k0 > 0});
                }
            }
        });
        task += last - first;
    }
}

const product_unit & float_unit() {
    static const float_product unit(fastest_float_kernel());
    return unit;
}

} // namespace gto
