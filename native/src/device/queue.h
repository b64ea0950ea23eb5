// A queue of matrix products and row kernels over memory of one device, computed in the order they were recorded. What
// is recorded is the same for all devices (device/record.h); the device decides how it is computed.
//
// On an accelerated device each call goes to a stream of its accelerator at once, and run() waits for it.
//
// On a CPU all are kernels, and a run is one ggml graph of one custom op in which the threads of the device's pool go
// from one to the next with a barrier between: nothing waits for a second pool. Every kernel is given (ith, nth) and
// takes its static share of the rows: the result doesn't depend on timing.
#pragma once

#include "cpu/thread_barrier.h"
#include "device/device.h"
#include "device/packed_operands.h"
#include "device/products.h"
#include "device/row_product.h"
#include "device/upload_memory.h"

#include <exception>
#include <functional>
#include <mutex>
#include <vector>

namespace gto {

// Where a queue's time went, ns on the thread that ran it, barriers included.
struct queue_times {
    int64_t waited = 0;   // for the device, while others used it
    int64_t products = 0; // what is part of them included
    int64_t kernels = 0;  // in other kernels
};

class queue {
  public:
    using kernel_fn = std::function<void(int ith, int nth)>;

    explicit queue(gto_device & device, products how = {});
    ~queue();
    queue(const queue &) = delete;
    queue & operator=(const queue &) = delete;

    // c [M x N] = a [M x K] * transpose(b [N x K]). `make` makes rows of a, `then` takes what came out: see
    // row_product. A product unit takes weights in F32 only, and keeps them packed: see weights_are_of().
    void product(matrix c, matrix a, weights b, row_maker make = {}, result_step then = {});
    // c [M x N] = a [M x K] * b [K x N], in F32 and with a product unit only.
    void product_of_transposed(matrix c, matrix a, weights b);
    // c [M x N] += a [M x K] * b [K x N], with a product unit only.
    void add_product_of_transposed(matrix c, matrix a, matrix b);
    // c [N x K] += transpose(a [R x N]) * b [R x K], with a product unit only.
    void add_transposed_product(matrix c, matrix a, matrix b);
    // `batch` products of one form, on an accelerated device only.
    void products_at_once(const matrix_product & product) { stream_->multiply(product); }
    // A kernel of the host's, on a CPU only.
    void kernel(kernel_fn f) { record(std::move(f), false); }
    // A kernel of kernel_list by its id, on an accelerated device only: see record_rows().
    void launch(int32_t id, int64_t n, const void * kernel, size_t bytes) { stream_->launch(id, n, kernel, bytes); }
    bool is_accelerated() const { return stream_ != nullptr; }

    // n numbers of the host's memory for kernels that only read them: on a CPU the memory itself, which must stay until
    // the queue has run, else a copy that lives as long. Null stays null.
    template <class T> const T * here(const T * values, size_t n) {
        return stream_ && values ? (const T *) uploads_.copy(*stream_, values, n * sizeof(T)) : values;
    }
    template <class T> const T * here(const std::vector<T> & values) { return here(values.data(), values.size()); }
    // n numbers that kernels write: on a CPU the memory itself, else memory whose values run() brings back. Null stays
    // null.
    template <class T> T * back(T * values, size_t n) {
        if (!stream_ || !values) return values;
        void * there = uploads_.take(n * sizeof(T));
        returning_.push_back({values, there, n * sizeof(T)});
        return (T *) there;
    }
    // n numbers that kernels read and write.
    template <class T> T * both(T * values, size_t n) {
        if (!stream_ || !values) return values;
        T * there = back(values, n);
        stream_->write(there, values, n * sizeof(T));
        return there;
    }
    // A row from the host's memory, now.
    void write(float * to, const float * from, int64_t n);
    void zero(float * to, int64_t n);
    // What was recorded on an accelerated device is done: memory that it uses may be given back.
    void wait();
    // Computes what was recorded. Fails with GTO_E_INTERNAL if the backend does, and with what a kernel threw first;
    // what it recorded is forgotten either way.
    void run();

    // What is recorded in its scope and not run is forgotten at the end: no failure leaves anything behind that a later
    // run would compute.
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
    // The weights of products to come are those of this revision: what a product unit has packed of another one is
    // packed again.
    void weights_are_of(uint64_t revision) {
        if (revision != revision_) packed_.forget();
        revision_ = revision;
    }
    // Room for the packed operands of the largest product that will be recorded, weights not counted.
    void reserve_packed(size_t left_bytes, size_t right_bytes) { packed_.reserve(left_bytes, right_bytes); }
    size_t packed_bytes() const { return packed_.bytes(); }

  private:
    struct recorded {
        kernel_fn f;
        bool product;
    };
    static void run_kernels(ggml_tensor *, int ith, int nth, void * queue);
    void run_kernels(int ith, int nth);
    void end(const recorded & kernel);
    void keep_failure() noexcept;
    void forget();
    void record(kernel_fn f, bool product) { kernels_.push_back({std::move(f), product}); }
    void product_with_packed(matrix c, matrix a, weights b, orientation from);
    void add_product(matrix c, matrix a, orientation a_from, matrix b);
    void multiply(matrix c, bool add, matrix a, orientation a_from, matrix b, orientation b_from, const void * kept);
    // The same on an accelerated device. b_type: of b's numbers.
    void multiply_there(matrix c, bool add, matrix a, orientation a_from, const weights & b, orientation b_from,
                        bool b_stays);
    const void * rounded(matrix source, number_type type, void * to);
    void end_stream_work() noexcept;

    struct returning {
        void *to, *from;
        size_t bytes;
    };

    gto_device & device_;
    const product_unit * const products_; // null on an accelerated device
    const number_type operands_;          // of an accelerated device's products of matrices in F32
    std::unique_ptr<device_stream> stream_;
    upload_memory uploads_;
    std::vector<returning> returning_;
    packed_operands packed_;
    block scratch_;         // of row products, one at a time
    uint64_t revision_ = 0; // of the packed weights
    ggml_context * context_ = nullptr;
    ggml_cgraph * graph_ = nullptr; // always the same
    std::vector<recorded> kernels_;
    thread_barrier barrier_;
    std::mutex failure_mutex_;
    std::exception_ptr failure_; // the first that a kernel of this run threw
    queue_times times_;
    int64_t mark_ = 0; // when the calling thread began the kernel it is in
};

} // namespace gto
