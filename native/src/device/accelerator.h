// What the draft engine asks of a device whose memory the host can't address: memory, copies, row kernels by their id
// (kernel/kernel_list.h), products of matrices, and to wait. A table of functions, so that its implementation can be a
// library that is loaded when such a device is opened: libgto4j-cuda.so for CUDA (src/cuda).
//
// Functions return null, or what went wrong in one sentence, in static or thread-local storage. A stream's work is done
// in the order of the calls; calls return before it is done, but for wait() and read(). What `write` reads and `launch`
// takes as a kernel's argument has been copied when the call returns. Streams may be used by one thread at a time,
// different ones at once.
#pragma once

#include "device/number_type.h"

namespace gto {

// c [m x n] = a * b, or added to what c holds, in row-major matrices whose rows are lda, ldb, ldc numbers apart, sums
// in F32. a is [m x k], or with transpose_a [k x m]; b is [k x n], or with transpose_b [n x k]. The first matrices of
// `batch` products; those of the next lie step_a, step_b, step_c numbers further (0: the same).
struct matrix_product {
    int64_t m, n, k;
    const void * a;
    int64_t lda;
    bool transpose_a;
    const void * b;
    int64_t ldb;
    bool transpose_b;
    float * c;
    int64_t ldc;
    bool add;
    number_type type; // of a and b
    int64_t batch, step_a, step_b, step_c;
};

struct accelerator_stream;

struct accelerator {
    static constexpr int32_t current_version = 2;

    int32_t version; // current_version
    int32_t kernels; // kernel_list::count that it was built with
    // Index: the device's place among those of its kind, as in CUDA0.
    const char * (*open)(int32_t index, accelerator_stream ** out);
    void (*close)(accelerator_stream * stream);
    // Copies from the host, to the host (waits), within the device; sets bytes to zero.
    const char * (*write)(accelerator_stream * stream, void * to, const void * from, size_t bytes);
    const char * (*read)(accelerator_stream * stream, void * to, const void * from, size_t bytes);
    const char * (*copy)(accelerator_stream * stream, void * to, const void * from, size_t bytes);
    const char * (*zero)(accelerator_stream * stream, void * to, size_t bytes);
    // The kernel `id` over rows 0..n-1; `kernel` is its object, `bytes` long, whose pointers are the device's.
    const char * (*launch)(accelerator_stream * stream, int32_t id, int32_t n, const void * kernel, size_t bytes);
    const char * (*multiply)(accelerator_stream * stream, const matrix_product & product);
    const char * (*wait)(accelerator_stream * stream);
};

// Name of the function `const accelerator * ()`: a library's symbol, or what a ggml backend's registry hands out.
constexpr const char * accelerator_symbol = "gto_accelerator_table";

} // namespace gto
