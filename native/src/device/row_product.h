// Products of rows of activations with weights, by the kernels of src/cpu. The bits of a row's results depend on
// nothing but that row and the weights: neither on the rows beside it nor on the threads. What makes a row, and what is
// done with its results, is part of the product: no barrier stands between.
#pragma once

#include "device/memory.h"

#include <functional>

namespace gto {

// Makes row i of the activations, of their width, at `to`. It may be called by several threads at once; `kept`: `to` is
// the activations' own row.
using row_maker = std::function<void(int64_t i, float * to, bool kept)>;

// Takes results [first, last) of row i, of each part of the weights.
struct result_step {
    std::function<void(int64_t i, int64_t first, int64_t last)> take;
    int64_t multiple = 16; // first is one of it, and so is last but at the end of the row
};

struct row_product {
    matrix c, a;
    weights b;
    row_maker make; // or nothing: the rows are there
    result_step then;

    // Whether rows are made before all threads multiply, with a barrier between. A single one is made by each thread
    // for itself.
    bool prepares() const { return a.rows > 1 && (make || b.packed); }
    size_t scratch_bytes(int n_threads) const;
    // scratch: aligned to 64 bytes; every thread's share.
    void prepare(void * scratch, int ith, int nth) const;
    void multiply(void * scratch, int ith, int nth) const;

  private:
    int64_t columns() const { return b.rows / b.parts; }
    size_t own_bytes() const;
    void multiply_rows(const float * single, const void * quantized, int64_t first, int64_t last) const;
};

} // namespace gto
