// A queue of matrix products and row kernels over memory of one device, computed in the order they were recorded.
//
// On the CPU the whole queue is one ggml graph: products are ggml mul_mat nodes, kernels are ggml custom ops on the
// same thread pool, so that nothing waits for a second pool. Every kernel is given (ith, nth) and takes its static share
// of the rows: the result doesn't depend on timing.
#pragma once

#include "device/device.h"

#include "ggml.h"

#include <deque>
#include <functional>

namespace gto {

// A row-major matrix in device memory; consecutive rows are `stride` floats apart.
struct matrix {
    float * data = nullptr;
    int64_t rows = 0, cols = 0, stride = 0;

    float * row(int64_t i) const { return data + i * stride; }
    matrix slice(int64_t first, int64_t count) const { return {row(first), count, cols, stride}; }
    matrix columns(int64_t first, int64_t count) const { return {data + first, rows, count, stride}; }
};

// A dense row-major matrix of any ggml type that is only read.
struct weights {
    const void * data;
    ggml_type type;
    int64_t rows, cols;
};

inline matrix dense(float * data, int64_t rows, int64_t cols) { return {data, rows, cols, cols}; }

// The share [first, last) of n rows that thread ith of nth takes.
struct share {
    int64_t first, last;
    share(int64_t n, int ith, int nth) : first(n * ith / nth), last(n * (ith + 1) / nth) {}
};

class queue {
  public:
    using kernel_fn = std::function<void(int ith, int nth)>;

    // Fails with GTO_E_ARGUMENT on a device whose memory the host kernels can't address.
    explicit queue(gto_device & device);
    ~queue();
    queue(const queue &) = delete;
    queue & operator=(const queue &) = delete;

    // c [M x N] = a [M x K] * transpose(b [N x K]). c must be dense.
    void product(matrix c, matrix a, matrix b);
    void product(matrix c, matrix a, weights b);
    // out [n x ne0] = rows ids[0..n) of a ggml tensor of any type. ids must stay valid until run().
    void gather(matrix out, const ggml_tensor * table, const int32_t * ids);
    void kernel(kernel_fn f);
    // Computes what was recorded. Fails with GTO_E_INTERNAL if the backend does.
    void run();

    gto_device & device() const { return device_; }

  private:
    ggml_tensor * wrap(const matrix & m);
    void product(matrix c, matrix a, ggml_tensor * b);
    void record(ggml_tensor * node);

    gto_device & device_;
    ggml_context * context_ = nullptr;
    ggml_cgraph * graph_ = nullptr;
    std::deque<kernel_fn> kernels_;
};

} // namespace gto
