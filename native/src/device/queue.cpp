#include "device/queue.h"

#include "device/barrier_note.h"

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

queue::queue(gto_device & device, const product_unit * products)
    : device_(device), products_(products), packed_(device) {
    device.require_host();
    context_ = ggml_init({ggml_tensor_overhead() + ggml_graph_overhead_custom(1, false), nullptr, true});
    if (!context_) throw std::bad_alloc();
    graph_ = ggml_new_graph_custom(context_, 1, false);
    ggml_build_forward_expand(
        graph_, ggml_custom_4d(context_, GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, run_kernels, GGML_N_TASKS_MAX, this));
}

queue::~queue() { ggml_free(context_); }

void queue::product(matrix c, matrix a, weights b, row_maker make, result_step then) {
    if (c.rows == 0) return;
    if (c.rows != a.rows || c.cols != b.rows || a.cols != b.cols) {
        fail(GTO_E_INTERNAL, "product: [%lld x %lld] = [%lld x %lld] * [%lld x %lld]^T", (long long) c.rows,
             (long long) c.cols, (long long) a.rows, (long long) a.cols, (long long) b.rows, (long long) b.cols);
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

void queue::product_of_transposed(matrix c, matrix a, weights b) { product_with_packed(c, a, b, orientation::columns); }

void queue::product_with_packed(matrix c, matrix a, weights b, orientation from) {
    if (!products_ || b.type != GGML_TYPE_F32) {
        fail(GTO_E_INTERNAL, "product: no unit for weights of type %s", ggml_type_name(b.type));
    }
    const matrix source = dense((float *) const_cast<void *>(b.data), b.rows, b.cols);
    packed_operands::kept & kept = packed_.keep(source, from, products_->bytes(shape_of(source, from), operand::right));
    if (!kept.current) {
        record([=, this, to = kept.memory.data()](
                   int ith, int nth) { products_->pack(source, from, operand::right, to, ith, nth); },
               true);
        kept.current = true;
    }
    multiply(c, false, a, orientation::rows, source, from, kept.memory.data());
}

void queue::add_transposed_product(matrix c, matrix a, matrix b) {
    if (!products_) fail(GTO_E_INTERNAL, "product: no unit for transposed matrices");
    multiply(c, true, a, orientation::columns, b, orientation::columns, nullptr);
}

// kept: the right operand where it is packed already. Scratch may move until the queue runs.
void queue::multiply(matrix c, bool add, matrix a, orientation a_from, matrix b, orientation b_from,
                     const void * kept) {
    const operand_shape left = shape_of(a, a_from), right = shape_of(b, b_from);
    if (c.rows == 0 || left.k == 0) return;
    if (c.rows != left.n || c.cols != right.n || left.k != right.k) {
        fail(GTO_E_INTERNAL, "product: [%lld x %lld] = [%lld x %lld] * [%lld x %lld]^T", (long long) c.rows,
             (long long) c.cols, (long long) left.n, (long long) left.k, (long long) right.n, (long long) right.k);
    }
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

void queue::forget() {
    if (kernels_.empty()) return;
    kernels_.clear();
    packed_.forget(); // packing may have been among it
}

void queue::run() {
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
