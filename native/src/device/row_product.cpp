#include "device/row_product.h"

#include "common/cache_lines.h"
#include "common/ceil_div.h"
#include "cpu/float_rows.h"
#include "cpu/product_op.h"

#include <algorithm>
#include <vector>

namespace gto {

// A thread's scratch for a single row: in 8 bits, then as it is.
size_t row_product::own_bytes() const {
    return (b.packed ? whole_lines(integers().rows_bytes(1, a.cols)) : 0) +
           whole_lines((size_t) a.cols * sizeof(float));
}

size_t row_product::scratch_bytes(int n_threads) const {
    if (a.rows == 1) return (size_t) n_threads * own_bytes();
    return b.packed ? integers().rows_bytes(a.rows, a.cols) : 0;
}

void row_product::prepare(void * scratch, int ith, int nth) const {
    for (int64_t i = ith; i < a.rows; i += nth) {
        if (make) make(i, a.row(i), true);
        if (b.packed) integers().quantize(a.row(i), a.cols, i, a.rows, scratch);
    }
}

void row_product::multiply(void * scratch, int ith, int nth) const {
    const int64_t n = columns(), steps = ceil_div(n, then.multiple);
    const share part(steps, ith, nth);
    const int64_t first = part.first * then.multiple, last = std::min(part.last * then.multiple, n);
    const float * single = a.row(0);
    const void * quantized = scratch;
    if (a.rows == 1) {
        if (first == last && ith > 0) return;
        char * own = (char *) scratch + (size_t) ith * own_bytes();
        quantized = own;
        if (make && ith > 0) {
            single = (const float *) (own + own_bytes() - whole_lines((size_t) a.cols * sizeof(float)));
        }
        if (make) make(0, const_cast<float *>(single), ith == 0);
        if (b.packed) integers().quantize(single, a.cols, 0, 1, own);
    }
    if (first == last) return;
    multiply_rows(single, quantized, first, last);
    if (!then.take) return;
    for (int64_t i = 0; i < a.rows; i++) then.take(i, first, last);
}

void row_product::multiply_rows(const float * single, const void * quantized, int64_t first, int64_t last) const {
    static const float_rows_kernel & floats = *float_rows_kernels().front();
    static thread_local std::vector<const float *> rows;
    static thread_local std::vector<float *> out;
    const int64_t n = columns();
    rows.resize((size_t) a.rows);
    out.resize((size_t) a.rows);
    for (int64_t i = 0; i < a.rows; i++) rows[(size_t) i] = a.rows == 1 ? single : a.row(i);
    for (int64_t p = 0; p < b.parts; p++) {
        for (int64_t i = 0; i < a.rows; i++) out[(size_t) i] = c.row(i) + p * n;
        if (b.packed) {
            const void * part = (const char *) b.data + (size_t) p * b.packed->bytes(n, b.cols);
            integers().multiply({b.packed, part, n, b.cols, quantized, a.rows, out.data()}, first / tile_outputs,
                                b.packed->tiles(last));
        } else {
            const size_t stride = ggml_row_size(b.type, b.cols);
            floats.multiply({b.type, (const char *) b.data + (size_t) (p * n) * stride, stride, b.cols, rows.data(),
                             out.data(), a.rows},
                            first, last);
        }
    }
}

} // namespace gto
