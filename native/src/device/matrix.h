// Matrices in device memory, and the shares of work on them.
#pragma once

#include "kernel/matrix.h"

#include "ggml.h"

#include <cstdint>

namespace gto {

struct packed_format;

// A dense row-major matrix of any ggml type that is only read.
struct weights {
    const void * data;
    ggml_type type;
    int64_t rows, cols;
    // of as many rows each, one after another: a product makes the same columns of all of them at once
    int64_t parts = 1;
    const packed_format * packed = nullptr; // how each part lies, or as the type says
    bool stays = true; // the same whenever the weights' revision is: what is packed of it may be kept
};

inline weights weights_of(const matrix & m) { return {m.data, GGML_TYPE_F32, m.rows, m.cols}; }

// Weights that other ones follow in the same memory: nothing that is packed of them is kept.
inline weights passing_weights_of(const matrix & m) {
    weights w = weights_of(m);
    w.stays = false;
    return w;
}

// The share [first, last) of n rows that thread ith of nth takes.
struct share {
    int64_t first, last;
    share(int64_t n, int ith, int nth) : first(n * ith / nth), last(n * (ith + 1) / nth) {}
};

} // namespace gto
