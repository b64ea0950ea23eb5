// The table of device/accelerator.h for CUDA: memory and streams by its runtime, kernels in their CUDA form, products
// by cuBLAS.
#include "device/accelerator.h"

#include "cuda/error.h"
#include "cuda/stream.h"
#include "kernel/kernel_list.h"
#include "kernel/launch.cuh"

#include <cstdio>

namespace gto {

// A row kernel of the list, its type forgotten.
struct row_kernel {
    cudaError_t (*launch)(cudaStream_t, int32_t lanes, int32_t n, const void * kernel);
    size_t bytes;
    int32_t lanes;
};

template <class Kernel>
static cudaError_t launch_one(cudaStream_t stream, int32_t lanes, int32_t n, const void * kernel) {
    return launch_rows(stream, lanes, n, *(const Kernel *) kernel);
}

template <class... Kernels> static const row_kernel * row_kernels(kernel_types<Kernels...>) {
    static constexpr row_kernel all[] = {{launch_one<Kernels>, sizeof(Kernels), lanes_of<Kernels>::value}...};
    return all;
}

static const char * launch(accelerator_stream * stream, int32_t id, int32_t n, const void * kernel, size_t bytes) {
    if (id < 0 || id >= kernel_list::count) {
        return message("kernel: expected 0..%d, found %d", kernel_list::count - 1, id);
    }
    const row_kernel & known = row_kernels(kernel_list())[id];
    if (bytes != known.bytes) return message("kernel %d: expected %zu bytes, found %zu", id, known.bytes, bytes);
    if (const char * fault = select_device(*stream)) return fault;
    char doing[64];
    snprintf(doing, sizeof doing, "launching kernel %d over %d rows", id, n);
    return fault_of(known.launch(stream->stream, stream->lanes ? stream->lanes : known.lanes, n, kernel), doing);
}

static const char * multiply_on(accelerator_stream * stream, const matrix_product & product) {
    if (const char * fault = select_device(*stream)) return fault;
    return stream->blas->multiply(stream->stream, product);
}

static const char * wait(accelerator_stream * stream) {
    if (const char * fault = select_device(*stream)) return fault;
    return fault_of(cudaStreamSynchronize(stream->stream), "waiting for the device");
}

static const char * copy_bytes(accelerator_stream * stream, void * to, const void * from, size_t bytes,
                               cudaMemcpyKind kind, const char * doing) {
    if (bytes == 0) return nullptr;
    if (const char * fault = select_device(*stream)) return fault;
    return fault_of(cudaMemcpyAsync(to, from, bytes, kind, stream->stream), doing);
}

// Pageable memory has been copied when cudaMemcpyAsync returns. Pinned memory, in which ggml keeps logits, hasn't.
static const char * write(accelerator_stream * stream, void * to, const void * from, size_t bytes) {
    if (const char * fault = copy_bytes(stream, to, from, bytes, cudaMemcpyHostToDevice, "copying to the device")) {
        return fault;
    }
    if (bytes == 0) return nullptr;
    cudaPointerAttributes source = {};
    const char * fault = fault_of(cudaPointerGetAttributes(&source, from), "asking about host memory");
    return fault || source.type == cudaMemoryTypeUnregistered ? fault : wait(stream);
}

static const char * read(accelerator_stream * stream, void * to, const void * from, size_t bytes) {
    if (const char * fault = copy_bytes(stream, to, from, bytes, cudaMemcpyDeviceToHost, "copying from the device")) {
        return fault;
    }
    return wait(stream);
}

static const char * copy(accelerator_stream * stream, void * to, const void * from, size_t bytes) {
    return copy_bytes(stream, to, from, bytes, cudaMemcpyDeviceToDevice, "copying within the device");
}

static const char * zero(accelerator_stream * stream, void * to, size_t bytes) {
    if (bytes == 0) return nullptr;
    if (const char * fault = select_device(*stream)) return fault;
    return fault_of(cudaMemsetAsync(to, 0, bytes, stream->stream), "zeroing memory");
}

} // namespace gto

extern "C" __attribute__((visibility("default"))) const gto::accelerator * gto_accelerator_table() {
    using namespace gto;
    static const accelerator table = {accelerator::current_version,
                                      kernel_list::count,
                                      open_stream,
                                      close_stream,
                                      write,
                                      read,
                                      copy,
                                      zero,
                                      launch,
                                      multiply_on,
                                      wait};
    return &table;
}
