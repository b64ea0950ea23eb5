#include "cpu/product_op.h"

#include "cpu/packed_buffer.h"

#include <algorithm>

namespace gto {

namespace {

constexpr int64_t activation_block = 32;

char * row_of(const ggml_tensor * t, int64_t row) {
    const int64_t i1 = row % t->ne[1], i2 = row / t->ne[1] % t->ne[2], i3 = row / t->ne[1] / t->ne[2];
    return (char *) t->data + (size_t) i1 * t->nb[1] + (size_t) i2 * t->nb[2] + (size_t) i3 * t->nb[3];
}

bool is_float(ggml_type type) { return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16; }

void quantize_rows(const ggml_tensor * x, const activation_scratch & scratch, int ith, int nth) {
    static const integer_kernel & kernel = *integer_kernels().front();
    // Threads share blocks rather than rows: most passes have a row or a few.
    const int64_t blocks = x->ne[0] / activation_block, all = blocks * ggml_nrows(x);
    const int64_t last = all * (ith + 1) / nth;
    for (int64_t i = all * ith / nth; i < last;) {
        const int64_t row = i / blocks, block = i % blocks, n = std::min(last - i, blocks - block);
        kernel.quantize((const float *) row_of(x, row) + block * activation_block, n * activation_block, const_cast<int8_t *>(scratch.values.data()) + i * activation_block,
                        const_cast<float *>(scratch.scales.data()) + i, const_cast<int32_t *>(scratch.sums.data()) + i);
        i += n;
    }
}

void multiply_packed(product_op & op, ggml_tensor * node, int ith, int nth) {
    static const integer_kernel & kernel = *integer_kernels().front();
    const ggml_tensor * w = node->src[0], * x = node->src[1];
    activation_scratch & scratch = *op.scratch;
    if (!op.quantized) {
        quantize_rows(x, scratch, ith, nth);
        op.barrier.wait(nth);
    }
    const integer_product product = {op.format,     w->data,           w->ne[1], w->ne[0], {scratch.values.data(), scratch.scales.data(), scratch.sums.data()},
                                     ggml_nrows(x), (float *) node->data, (int64_t) (node->nb[1] / sizeof(float))};
    const int64_t tiles = op.format->tiles(w->ne[1]);
    kernel.multiply(product, tiles * ith / nth, tiles * (ith + 1) / nth);
}

// Rows of one matrix of a batch, some at a time so that their pointers lie on the stack.
void multiply_floats(ggml_tensor * node, int ith, int nth) {
    static const float_rows_kernel & kernel = *float_rows_kernels().front();
    constexpr int64_t together = 64;
    const ggml_tensor * w = node->src[0], * x = node->src[1];
    const int64_t across = x->ne[2] / w->ne[2], along = x->ne[3] / w->ne[3];
    for (int64_t i3 = 0; i3 < x->ne[3]; i3++) {
        for (int64_t i2 = 0; i2 < x->ne[2]; i2++) {
            const int64_t batch = i3 * x->ne[2] + i2;
            // Threads take turns where matrices are small: an equal share of all outputs of all matrices.
            for (int64_t r = 0; r < x->ne[1]; r += together) {
                const int64_t n = std::min(together, x->ne[1] - r);
                const float * rows[together];
                float * out[together];
                for (int64_t i = 0; i < n; i++) {
                    rows[i] = (const float *) row_of(x, batch * x->ne[1] + r + i);
                    out[i] = (float *) row_of(node, batch * x->ne[1] + r + i);
                }
                const char * weights = (const char *) w->data + (size_t) (i2 / across) * w->nb[2] + (size_t) (i3 / along) * w->nb[3];
                kernel.multiply({w->type, weights, w->nb[1], w->ne[0], rows, out, n}, w->ne[1] * ith / nth, w->ne[1] * (ith + 1) / nth);
            }
        }
    }
}

} // namespace

void activation_scratch::reserve(int64_t rows, int64_t columns) {
    const size_t n = (size_t) rows * (size_t) columns, blocks = n / activation_block;
    if (values.size() < n) values.resize(n);
    if (scales.size() < blocks) {
        scales.resize(blocks);
        sums.resize(blocks);
    }
}

bool product_op::takes(const ggml_tensor * node) {
    const ggml_tensor * w = node->src[0], * x = node->src[1];
    if (node->op != GGML_OP_MUL_MAT || x->type != GGML_TYPE_F32 || node->type != GGML_TYPE_F32) return false;
    if (x->nb[0] != sizeof(float) || node->nb[0] != sizeof(float)) return false;
    if (packed(w)) return ggml_is_contiguous(node);
    return is_float(w->type) && w->nb[0] == ggml_type_size(w->type);
}

void product_op::run(ggml_tensor * node, int ith, int nth, void * data) {
    product_op & op = *(product_op *) data;
    if (op.format) {
        multiply_packed(op, node, ith, nth);
    } else {
        multiply_floats(node, ith, nth);
    }
}

} // namespace gto
