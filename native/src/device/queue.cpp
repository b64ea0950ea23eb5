#include "device/queue.h"

#include "device/barrier_note.h"

#include <utility>

namespace gto {

constexpr int max_nodes = 1024;
constexpr int tensors_per_node = 3;

// ggml has a barrier between nodes: what any thread did in the kernel before, or before the graph, is done. Thread 0 is the calling one; it alone keeps
// the time.
void queue::run_kernel(ggml_tensor *, int ith, int nth, void * node) {
    kernel_node & kernel = *(kernel_node *) node;
    after_barrier(&kernel.after_products); // recorded
    queue & q = kernel.owner;
    after_barrier(kernel.previous);
    if (ith == 0) q.end_products(kernel.after_products);
    try {
        kernel.f(ith, nth);
    } catch (...) { // the other threads wait at the barrier for this one
        q.keep_failure();
    }
    before_barrier(&kernel);
    if (ith != 0) return;
    const int64_t end = now();
    q.times_.kernels += end - q.mark_;
    q.mark_ = end;
}

void queue::keep_failure() noexcept {
    std::lock_guard<std::mutex> lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
}

void queue::end_products(bool any) {
    const int64_t end = now();
    if (any) times_.products += end - mark_;
    mark_ = end;
}

queue::queue(gto_device & device, const product_unit * products) : device_(device), products_(products), packed_(device) {
    device.require_host();
    ggml_init_params params = {ggml_tensor_overhead() * max_nodes * (tensors_per_node + 1) + ggml_graph_overhead_custom(max_nodes, false), nullptr, true};
    context_ = ggml_init(params);
    if (!context_) throw std::bad_alloc();
}

queue::~queue() { ggml_free(context_); }

ggml_tensor * queue::wrap(const matrix & m) {
    ggml_tensor * t = ggml_new_tensor_2d(context_, GGML_TYPE_F32, m.cols, m.rows);
    t->data = m.data;
    t->nb[1] = m.stride * sizeof(float);
    t->nb[2] = t->nb[3] = t->nb[1] * m.rows;
    return t;
}

void queue::record(ggml_tensor * node) {
    if (!graph_) graph_ = ggml_new_graph_custom(context_, max_nodes, false);
    ggml_build_forward_expand(graph_, node);
    if (ggml_graph_n_nodes(graph_) >= max_nodes / 2) run();
}

void queue::product(matrix c, matrix a, weights b) {
    if (products_) return product_with_packed(c, a, b, orientation::rows);
    if (c.rows == 0) return;
    if (c.rows != a.rows || c.cols != b.rows || a.cols != b.cols || c.stride != c.cols) {
        fail(GTO_E_INTERNAL, "product: [%lld x %lld] = [%lld x %lld] * [%lld x %lld]^T", (long long) c.rows, (long long) c.cols, (long long) a.rows,
             (long long) a.cols, (long long) b.rows, (long long) b.cols);
    }
    if (!graph_) graph_ = ggml_new_graph_custom(context_, max_nodes, false);
    ggml_tensor * t = ggml_new_tensor_2d(context_, b.type, b.cols, b.rows);
    t->data = const_cast<void *>(b.data);
    ggml_tensor * node = ggml_mul_mat(context_, t, wrap(a));
    node->data = c.data;
    products_last_ = true;
    record(node);
}

void queue::product_of_transposed(matrix c, matrix a, weights b) { product_with_packed(c, a, b, orientation::columns); }

void queue::product_with_packed(matrix c, matrix a, weights b, orientation from) {
    if (!products_ || b.type != GGML_TYPE_F32) fail(GTO_E_INTERNAL, "product: no unit for weights of type %s", ggml_type_name(b.type));
    const matrix source = dense((float *) const_cast<void *>(b.data), b.rows, b.cols);
    packed_operands::kept & kept = packed_.keep(source, from, products_->bytes(shape_of(source, from), operand::right));
    if (!kept.current) {
        kernel([=, this, to = kept.memory.data()](int ith, int nth) { products_->pack(source, from, operand::right, to, ith, nth); });
        kept.current = true;
    }
    multiply(c, false, a, orientation::rows, source, from, kept.memory.data());
}

void queue::add_transposed_product(matrix c, matrix a, matrix b) {
    if (!products_) fail(GTO_E_INTERNAL, "product: no unit for transposed matrices");
    multiply(c, true, a, orientation::columns, b, orientation::columns, nullptr);
}

// kept: the right operand where it is packed already. Scratch may move until the queue runs.
void queue::multiply(matrix c, bool add, matrix a, orientation a_from, matrix b, orientation b_from, const void * kept) {
    const operand_shape left = shape_of(a, a_from), right = shape_of(b, b_from);
    if (c.rows == 0 || left.k == 0) return;
    if (c.rows != left.n || c.cols != right.n || left.k != right.k) {
        fail(GTO_E_INTERNAL, "product: [%lld x %lld] = [%lld x %lld] * [%lld x %lld]^T", (long long) c.rows, (long long) c.cols, (long long) left.n,
             (long long) left.k, (long long) right.n, (long long) right.k);
    }
    packed_.reserve(products_->bytes(left, operand::left), kept ? 0 : products_->bytes(right, operand::right));
    kernel([=, this](int ith, int nth) {
        products_->pack(a, a_from, operand::left, packed_.left(), ith, nth);
        if (!kept) products_->pack(b, b_from, operand::right, packed_.right(), ith, nth);
    });
    kernel([=, this](int ith, int nth) { products_->multiply(packed_.left(), left, kept ? kept : packed_.right(), right, c, add, ith, nth); });
}

void queue::gather(matrix out, const ggml_tensor * table, const int32_t * ids) {
    if (out.rows == 0) return;
    if (!graph_) graph_ = ggml_new_graph_custom(context_, max_nodes, false);
    ggml_tensor * index = ggml_new_tensor_1d(context_, GGML_TYPE_I32, out.rows);
    index->data = (void *) ids;
    ggml_tensor * node = ggml_get_rows(context_, const_cast<ggml_tensor *>(table), index);
    node->data = out.data;
    record(node);
}

void queue::kernel(kernel_fn f) {
    if (!graph_) graph_ = ggml_new_graph_custom(context_, max_nodes, false);
    kernels_.push_back({std::move(f), *this, kernels_.empty() ? (void *) this : &kernels_.back(), products_last_});
    products_last_ = false;
    ggml_tensor * node = ggml_custom_4d(context_, GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, run_kernel, GGML_N_TASKS_MAX, &kernels_.back());
    record(node);
}

void queue::forget() {
    if (!graph_) return;
    clear();
    packed_.forget(); // packing may have been among it
}

void queue::clear() {
    graph_ = nullptr;
    products_last_ = false;
    kernels_.clear();
    ggml_reset(context_);
}

void queue::run() {
    if (!graph_) return;
    ggml_status status;
    {
        const auto lock = device_.lock(times_.waited);
        mark_ = now();
        for (kernel_node & kernel : kernels_) before_barrier(&kernel.after_products);
        before_barrier(this);
        status = ggml_backend_graph_compute(device_.backend, graph_);
        if (!kernels_.empty()) after_barrier(&kernels_.back());
        end_products(products_last_);
    }
    clear();
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
