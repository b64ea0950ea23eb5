#include "cpu/product_op.h"

#include "common/cache_lines.h"
#include "cpu/packed_buffer.h"
#include "cpu/tensor_rows.h"
#include "device/barrier_note.h"

#include <algorithm>
#include <new>
#include <vector>

namespace gto {

namespace {

void multiply_packed(const product_op::member & m, const void * rows, int ith, int nth) {
    const ggml_tensor * w = m.node->src[0];
    const int64_t n_rows = ggml_nrows(m.node->src[1]), tiles = m.format->tiles(w->ne[1]);
    static thread_local std::vector<float *> out;
    out.resize((size_t) n_rows);
    for (int64_t r = 0; r < n_rows; r++) out[r] = row_of(m.node, r);
    integers().multiply({m.format, w->data, w->ne[1], w->ne[0], rows, n_rows, out.data()}, tiles * ith / nth,
                        tiles * (ith + 1) / nth);
}

// Rows of one matrix of a batch, some at a time so that their pointers lie on the stack.
void multiply_floats(const ggml_tensor * node, int ith, int nth) {
    static const float_rows_kernel & kernel = *float_rows_kernels().front();
    constexpr int64_t together = 64;
    const ggml_tensor *w = node->src[0], *x = node->src[1];
    const int64_t across = x->ne[2] / w->ne[2], along = x->ne[3] / w->ne[3];
    for (int64_t i3 = 0; i3 < x->ne[3]; i3++) {
        for (int64_t i2 = 0; i2 < x->ne[2]; i2++) {
            const int64_t batch = i3 * x->ne[2] + i2;
            for (int64_t r = 0; r < x->ne[1]; r += together) {
                const int64_t n = std::min(together, x->ne[1] - r);
                const float * rows[together];
                float * out[together];
                for (int64_t i = 0; i < n; i++) {
                    rows[i] = row_of(x, batch * x->ne[1] + r + i);
                    out[i] = row_of(node, batch * x->ne[1] + r + i);
                }
                const char * weights =
                    (const char *) w->data + (size_t) (i2 / across) * w->nb[2] + (size_t) (i3 / along) * w->nb[3];
                kernel.multiply({w->type, weights, w->nb[1], w->ne[0], rows, out, n}, w->ne[1] * ith / nth,
                                w->ne[1] * (ith + 1) / nth);
            }
        }
    }
}

} // namespace

const integer_kernel & integers() {
    static const integer_kernel & kernel = *integer_kernels().front();
    return kernel;
}

void activation_scratch::reserve(size_t bytes) {
    if (bytes <= bytes_) return;
    void * memory = nullptr;
    data_.reset();
    bytes_ = 0;
    if (posix_memalign(&memory, cache_line, bytes) != 0) throw std::bad_alloc();
    data_.reset(memory);
    bytes_ = bytes;
}

size_t product_op::scratch_bytes(const ggml_tensor * node) {
    return integers().rows_bytes(ggml_nrows(node->src[1]), node->src[1]->ne[0]);
}

bool product_op::takes(const ggml_tensor * node) {
    const ggml_tensor *w = node->src[0], *x = node->src[1];
    if (node->op != GGML_OP_MUL_MAT || x->type != GGML_TYPE_F32 || node->type != GGML_TYPE_F32) return false;
    if (x->nb[0] != sizeof(float) || node->nb[0] != sizeof(float)) return false;
    if (packed(w)) return w->ne[2] == 1;
    return is_float(w->type) && w->nb[0] == ggml_type_size(w->type);
}

void product_op::run(ggml_tensor * node, int ith, int nth, void * data) {
    const between_barriers noted;
    product_op & op = *(product_op *) data;
    const bool quantize = op.quantizes && !op.quantized;
    if (quantize || !op.step.empty()) {
        const ggml_tensor * x = node->src[1];
        const int64_t rows = ggml_nrows(x);
        for (int64_t r = ith; r < rows; r += nth) {
            if (!op.step.empty()) op.step.compute(r);
            if (quantize) integers().quantize(row_of(x, r), x->ne[0], r, rows, op.scratch->data());
        }
        op.barrier.wait(nth);
    }
    for (const member & m : op.members) {
        if (m.format) {
            multiply_packed(m, op.scratch->data(), ith, nth);
        } else {
            multiply_floats(m.node, ith, nth);
        }
    }
}

} // namespace gto
