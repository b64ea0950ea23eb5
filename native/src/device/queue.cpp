#include "device/queue.h"

#include "device/barrier_note.h"
#include "device/record.h"
#include "device/rounded_rows.h"

#include <utility>

namespace gto {

void queue::run_kernels(ggml_tensor *, int ith, int nth, void * of) {
    queue & q = *(queue *) of;
    after_barrier(&q);
    q.run_kernels(ith, nth);
    before_barrier(&q.graph_);
}

// Thread 0 is the calling one; it alone keeps the time.
void queue::run_kernels(int ith, int nth) {
    if (ith == 0) mark_ = now();
    for (size_t i = 0; i < kernels_.size(); i++) {
        if (i > 0) {
            barrier_.wait(nth);
            if (ith == 0) end(kernels_[i - 1]);
        }
        try {
            kernels_[i].f(ith, nth);
        } catch (...) { // the other threads wait at the barrier for this one
            keep_failure();
        }
    }
}

void queue::end(const recorded & kernel) {
    const int64_t end = now();
    (kernel.product ? times_.products : times_.kernels) += end - mark_;
    mark_ = end;
}

void queue::keep_failure() noexcept {
    std::lock_guard<std::mutex> lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
}

queue::queue(gto_device & device, products how)
    : device_(device), products_(device.is_accelerated() ? nullptr : how.unit), operands_(how.operands),
      stream_(device.open_stream()), uploads_(device), packed_(device) {
    if (stream_) return;
    if (!device.is_cpu()) fail(GTO_E_INTERNAL, "device %s computes targets alone", device.name.c_str());
    context_ = ggml_init({ggml_tensor_overhead() + ggml_graph_overhead_custom(1, false), nullptr, true});
    if (!context_) throw std::bad_alloc();
    graph_ = ggml_new_graph_custom(context_, 1, false);
    ggml_build_forward_expand(
        graph_, ggml_custom_4d(context_, GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, run_kernels, GGML_N_TASKS_MAX, this));
}

queue::~queue() {
    end_stream_work();
    if (context_) ggml_free(context_);
}

void queue::write(float * to, const float * from, int64_t n) {
    if (stream_) {
        stream_->write(to, from, (size_t) n * sizeof(float));
    } else {
        std::copy_n(from, n, to);
    }
}

void queue::zero(float * to, int64_t n) {
    if (stream_) {
        stream_->zero(to, (size_t) n * sizeof(float));
    } else {
        record(
            [=](int ith, int nth) {
                const share part(n, ith, nth);
                std::fill(to + part.first, to + part.last, 0.0f);
            },
            false);
    }
}

// c = left * transpose(right).
static void require_product(const matrix & c, const operand_shape & left, const operand_shape & right) {
    if (c.rows == left.n && c.cols == right.n && left.k == right.k) return;
    fail(GTO_E_INTERNAL, "product: [%lld x %lld] = [%lld x %lld] * [%lld x %lld]^T", (long long) c.rows,
         (long long) c.cols, (long long) left.n, (long long) left.k, (long long) right.n, (long long) right.k);
}

void queue::product(matrix c, matrix a, weights b, row_maker make, result_step then) {
    if (c.rows == 0) return;
    require_product(c, shape_of(a, orientation::rows), {b.rows, b.cols, orientation::rows});
    if (stream_) {
        multiply_there(c, false, a, orientation::rows, b, orientation::rows, b.stays);
        return;
    }
    if (products_) {
        if (make) {
            kernel([a, make = std::move(make)](int ith, int nth) {
                const share part(a.rows, ith, nth);
                for (int64_t i = part.first; i < part.last; i++) make(i, a.row(i), true);
            });
        }
        product_with_packed(c, a, b, orientation::rows);
        if (then.take) {
            kernel([rows = c.rows, columns = b.rows / b.parts, take = std::move(then.take)](int ith, int nth) {
                const share part(rows, ith, nth);
                for (int64_t i = part.first; i < part.last; i++) take(i, 0, columns);
            });
        }
        return;
    }
    const auto product = std::make_shared<const row_product>(row_product{c, a, b, std::move(make), std::move(then)});
    const size_t bytes = product->scratch_bytes(device_.n_threads);
    if (scratch_.bytes() < bytes) scratch_ = block(device_, bytes);
    if (product->prepares()) record([=, this](int ith, int nth) { product->prepare(scratch_.data(), ith, nth); }, true);
    record([=, this](int ith, int nth) { product->multiply(scratch_.data(), ith, nth); }, true);
}

void queue::product_of_transposed(matrix c, matrix a, weights b) {
    if (stream_) {
        multiply_there(c, false, a, orientation::rows, b, orientation::columns, true);
    } else {
        product_with_packed(c, a, b, orientation::columns);
    }
}

void queue::product_with_packed(matrix c, matrix a, weights b, orientation from) {
    if (!products_ || b.type != GGML_TYPE_F32) {
        fail(GTO_E_INTERNAL, "product: no unit for weights of type %s", ggml_type_name(b.type));
    }
    const matrix source = dense((float *) const_cast<void *>(b.data), b.rows, b.cols);
    if (!b.stays) return multiply(c, false, a, orientation::rows, source, from, nullptr);
    packed_operands::kept & kept = packed_.keep(source, from, products_->bytes(shape_of(source, from), operand::right));
    if (!kept.current) {
        record([=, this, to = kept.memory.data()](
                   int ith, int nth) { products_->pack(source, from, operand::right, to, ith, nth); },
               true);
        kept.current = true;
    }
    multiply(c, false, a, orientation::rows, source, from, kept.memory.data());
}

void queue::add_product_of_transposed(matrix c, matrix a, matrix b) { add_product(c, a, orientation::rows, b); }

void queue::add_transposed_product(matrix c, matrix a, matrix b) { add_product(c, a, orientation::columns, b); }

void queue::add_product(matrix c, matrix a, orientation a_from, matrix b) {
    if (stream_) {
        multiply_there(c, true, a, a_from, weights_of(b), orientation::columns, false);
        return;
    }
    if (!products_) fail(GTO_E_INTERNAL, "product: no unit for transposed matrices");
    multiply(c, true, a, a_from, b, orientation::columns, nullptr);
}

// kept: the right operand where it is packed already. Scratch may move until the queue runs.
void queue::multiply(matrix c, bool add, matrix a, orientation a_from, matrix b, orientation b_from,
                     const void * kept) {
    const operand_shape left = shape_of(a, a_from), right = shape_of(b, b_from);
    if (c.rows == 0 || left.k == 0) return;
    require_product(c, left, right);
    packed_.reserve(products_->bytes(left, operand::left), kept ? 0 : products_->bytes(right, operand::right));
    record(
        [=, this](int ith, int nth) {
            products_->pack(a, a_from, operand::left, packed_.left(), ith, nth);
            if (!kept) products_->pack(b, b_from, operand::right, packed_.right(), ith, nth);
        },
        true);
    record(
        [=, this](int ith, int nth) {
            products_->multiply(packed_.left(), left, kept ? kept : packed_.right(), right, c, add, ith, nth);
        },
        true);
}

void queue::wait() {
    if (stream_) stream_->wait();
}

// What fails here has failed before.
void queue::end_stream_work() noexcept {
    if (!stream_) return;
    try {
        stream_->wait();
    } catch (...) {
        packed_.forget();
    }
    returning_.clear();
    uploads_.reset();
}

static number_type number_type_of(ggml_type type) {
    switch (type) {
        case GGML_TYPE_F32: return number_type::f32;
        case GGML_TYPE_F16: return number_type::f16;
        case GGML_TYPE_BF16: return number_type::bf16;
        default: fail(GTO_E_INTERNAL, "product: no unit for weights of type %s", ggml_type_name(type));
    }
}

const void * queue::rounded(matrix source, number_type type, void * to) {
    record_rows(*this, source.rows, rounded_rows{source, (uint16_t *) to, type == number_type::bf16});
    return to;
}

// Operands are rounded to 16 bits where the weights are, or where the queue's products are in BF16: weights once a
// revision.
void queue::multiply_there(matrix c, bool add, matrix a, orientation a_from, const weights & b, orientation b_from,
                           bool b_stays) {
    const matrix source = dense((float *) const_cast<void *>(b.data), b.rows, b.cols);
    const operand_shape left = shape_of(a, a_from), right = shape_of(source, b_from);
    if (c.rows == 0 || left.k == 0) return;
    require_product(c, left, right);
    const number_type stored = number_type_of(b.type), type = stored == number_type::f32 ? operands_ : stored;
    matrix_product product = {};
    product.m = c.rows;
    product.n = c.cols;
    product.k = left.k;
    product.transpose_a = a_from == orientation::columns;
    product.transpose_b = b_from == orientation::rows;
    product.a = a.data;
    product.lda = a.stride;
    product.b = b.data;
    product.ldb = b.cols;
    product.c = c.data;
    product.ldc = c.stride;
    product.add = add;
    product.type = type;
    product.batch = 1;
    if (type != number_type::f32) {
        const bool round_b = stored == number_type::f32;
        const size_t right_bytes = products::operand_bytes(right, type),
                     left_scratch = products::operand_bytes(left, type),
                     right_scratch = round_b && !b_stays ? right_bytes : 0;
        if (packed_.grows(left_scratch, right_scratch)) wait();
        packed_.reserve(left_scratch, right_scratch);
        product.a = rounded(a, type, packed_.left());
        product.lda = a.cols;
        if (round_b && b_stays) {
            packed_operands::kept & kept = packed_.keep(source, orientation::rows, right_bytes);
            if (!kept.current) rounded(source, type, kept.memory.data());
            kept.current = true;
            product.b = kept.memory.data();
        } else if (round_b) {
            product.b = rounded(source, type, packed_.right());
        }
    }
    stream_->multiply(product);
}

void queue::forget() {
    if (!returning_.empty() || uploads_.used()) end_stream_work();
    if (kernels_.empty()) return;
    kernels_.clear();
    packed_.forget(); // packing may have been among it
}

void queue::run() {
    if (stream_) {
        device_.require_usable();
        const stopwatch computing(times_.products);
        for (const returning & r : returning_) stream_->read(r.to, r.from, r.bytes);
        if (returning_.empty()) stream_->wait(); // read() has waited
        returning_.clear();
        uploads_.reset();
        return;
    }
    if (kernels_.empty()) return;
    ggml_status status;
    {
        const auto lock = device_.lock(times_.waited);
        before_barrier(this);
        status = ggml_backend_graph_compute(device_.backend, graph_);
        after_barrier(&graph_);
        if (status == GGML_STATUS_SUCCESS) end(kernels_.back());
    }
    kernels_.clear();
    if (const std::exception_ptr failure = std::exchange(failure_, nullptr)) {
        packed_.forget();
        std::rethrow_exception(failure);
    }
    if (status != GGML_STATUS_SUCCESS) {
        packed_.forget();
        fail(GTO_E_INTERNAL, "device %s: a graph failed with status %d", device_.name.c_str(), (int) status);
    }
}

} // namespace gto
