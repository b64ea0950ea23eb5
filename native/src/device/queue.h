// A queue of matrix products and row kernels over memory of one device, computed in the order they were recorded.
//
// On the CPU the whole queue is one ggml graph: products are ggml mul_mat nodes, kernels are ggml custom ops on the
// same thread pool, so that nothing waits for a second pool. Every kernel is given (ith, nth) and takes its static share
// of the rows: the result doesn't depend on timing. A queue that was given a product unit makes its products with it, as kernels, too.
#pragma once

#include "device/device.h"
#include "device/packed_operands.h"

#include <deque>
#include <exception>
#include <functional>
#include <mutex>

namespace gto {

// Where a queue's time went, ns on the thread that ran it.
struct queue_times {
    int64_t waited = 0;   // for the device, while others used it
    int64_t products = 0; // from the end of what was before to the start of what is after runs of products, barriers included
    int64_t kernels = 0;  // in kernels
};

class queue {
  public:
    using kernel_fn = std::function<void(int ith, int nth)>;

    // products: null = ggml's. Fails with GTO_E_ARGUMENT on a device whose memory the host kernels can't address.
    explicit queue(gto_device & device, const product_unit * products = nullptr);
    ~queue();
    queue(const queue &) = delete;
    queue & operator=(const queue &) = delete;

    // c [M x N] = a [M x K] * transpose(b [N x K]). c must be dense. A product unit takes weights in F32 only, and keeps them packed: see weights_are_of().
    void product(matrix c, matrix a, weights b);
    // c [M x N] = a [M x K] * b [K x N], in F32 and with a product unit only.
    void product_of_transposed(matrix c, matrix a, weights b);
    // c [N x K] += transpose(a [R x N]) * b [R x K], with a product unit only.
    void add_transposed_product(matrix c, matrix a, matrix b);
    // out [n x ne0] = rows ids[0..n) of a ggml tensor of any type. ids must stay valid until run().
    void gather(matrix out, const ggml_tensor * table, const int32_t * ids);
    void kernel(kernel_fn f);
    // Computes what was recorded. Fails with GTO_E_INTERNAL if the backend does, and with what a kernel threw first; what it recorded is forgotten either way.
    void run();

    // What is recorded in its scope and not run is forgotten at the end: no failure leaves anything behind that a later run would compute.
    class recording {
      public:
        explicit recording(queue & q) : q_(q) {}
        ~recording() { q_.forget(); }
        recording(const recording &) = delete;
        recording & operator=(const recording &) = delete;

      private:
        queue & q_;
    };

    gto_device & device() const { return device_; }
    const queue_times & times() const { return times_; }
    // The weights of products to come are those of this revision: what a product unit has packed of another one is packed again.
    void weights_are_of(uint64_t revision) {
        if (revision != revision_) packed_.forget();
        revision_ = revision;
    }
    // Room for the packed operands of the largest product that will be recorded, weights not counted.
    void reserve_packed(size_t left_bytes, size_t right_bytes) { packed_.reserve(left_bytes, right_bytes); }
    size_t packed_bytes() const { return packed_.bytes(); }

  private:
    struct kernel_node {
        kernel_fn f;
        queue & owner;
        void * previous; // kernel of this graph, or else the queue
        bool after_products;
    };
    static void run_kernel(ggml_tensor *, int ith, int nth, void * node);
    void end_products(bool any);
    void keep_failure() noexcept;
    void forget();
    void clear();
    ggml_tensor * wrap(const matrix & m);
    void product_with_packed(matrix c, matrix a, weights b, orientation from);
    void multiply(matrix c, bool add, matrix a, orientation a_from, matrix b, orientation b_from, const void * kept);
    void record(ggml_tensor * node);

    gto_device & device_;
    const product_unit * const products_;
    packed_operands packed_;
    uint64_t revision_ = 0; // of the packed weights
    ggml_context * context_ = nullptr;
    ggml_cgraph * graph_ = nullptr;
    std::deque<kernel_node> kernels_;
    bool products_last_ = false; // products were recorded after the last kernel
    std::mutex failure_mutex_;
    std::exception_ptr failure_; // the first that a kernel of this run threw
    queue_times times_;
    int64_t mark_ = 0; // when the calling thread last began or ended something
};

} // namespace gto
