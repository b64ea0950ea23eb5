// GUARD0: guarded memory, and an accelerator whose calls are done when they return, with one thread and plain loops.
#include "guarded/guarded_backend.h"
#include "guarded/strided_product.h"
#include "kernel/kernel_list.h"

#include <algorithm>
#include <cstring>

namespace gto {

struct accelerator_stream {};

} // namespace gto

namespace gto_test {

using namespace gto;

namespace {

guarded_memory & memory() {
    static auto * device = new guarded_memory("GUARD0"); // lives as long as buffers that statics hold
    return *device;
}

const char * open(int32_t index, accelerator_stream ** out) {
    *out = nullptr;
    if (index != 0) return "GUARD: there is one device, 0";
    *out = new accelerator_stream;
    return nullptr;
}

void close(accelerator_stream * stream) { delete stream; }

void refuse_device_memory(const void * at, const char * what) {
    if (!memory().describe(at).empty()) die("GUARD0: %s: expected memory of the host", what);
}

const char * write(accelerator_stream *, void * to, const void * from, size_t bytes) {
    if (bytes == 0) return nullptr;
    memory().require(to, bytes, "destination of a copy");
    refuse_device_memory(from, "source of a copy from the host");
    const guarded_memory::window open(memory(), "a copy from the host");
    memcpy(to, from, bytes);
    memory().traffic.to_device += (int64_t) bytes;
    return nullptr;
}

const char * read(accelerator_stream *, void * to, const void * from, size_t bytes) {
    if (bytes == 0) return nullptr;
    memory().require(from, bytes, "source of a copy");
    refuse_device_memory(to, "destination of a copy to the host");
    const guarded_memory::window open(memory(), "a copy to the host");
    memcpy(to, from, bytes);
    memory().traffic.to_host += (int64_t) bytes;
    return nullptr;
}

const char * copy(accelerator_stream *, void * to, const void * from, size_t bytes) {
    if (bytes == 0) return nullptr;
    memory().require(to, bytes, "destination of a copy");
    memory().require(from, bytes, "source of a copy");
    const guarded_memory::window open(memory(), "a copy");
    memmove(to, from, bytes);
    memory().traffic.within += (int64_t) bytes;
    return nullptr;
}

const char * zero(accelerator_stream *, void * to, size_t bytes) {
    if (bytes == 0) return nullptr;
    memory().require(to, bytes, "zeroing");
    const guarded_memory::window open(memory(), "zeroing");
    memset(to, 0, bytes);
    return nullptr;
}

struct row_kernel {
    void (*run)(int32_t n, const void * kernel);
    size_t bytes;
    const char * name;
};

// One lane that isn't host_group: kernels take their general form, the one that a GPU runs, and not the host's own.
struct one_lane {
    static constexpr int32_t chunk = host_group::chunk;
    static constexpr int32_t rank() { return 0; }
    static constexpr int32_t size() { return 1; }
    static void sync() {}
    template <class T> static T sum(T v) { return v; }
    template <class T> static T max(T v) { return v; }
    template <class T> static T min(T v) { return v; }
};

template <class Kernel> void run_one(int32_t n, const void * kernel) {
    for (int32_t row = 0; row < n; row++) (*(const Kernel *) kernel)(one_lane(), row);
}

template <class Kernel> constexpr const char * name_of() { return __PRETTY_FUNCTION__; }

template <class... Kernels> const row_kernel * row_kernels(kernel_types<Kernels...>) {
    static constexpr row_kernel all[] = {{run_one<Kernels>, sizeof(Kernels), name_of<Kernels>()}...};
    return all;
}

const char * launch(accelerator_stream *, int32_t id, int32_t n, const void * kernel, size_t bytes) {
    if (id < 0 || id >= kernel_list::count) return "GUARD0: no such kernel";
    const row_kernel & known = row_kernels(kernel_list())[id];
    if (bytes != known.bytes) return "GUARD0: a kernel of another size";
    memory().refuse_host_pointers(kernel, bytes, known.name);
    const guarded_memory::window open(memory(), known.name);
    known.run(n, kernel);
    return nullptr;
}

// Strides of element (i, j) of batch number b, whose rows are ld apart as it lies.
strided element(const void * data, int64_t ld, bool transpose, int64_t offset, number_type type) {
    data = (const char *) data + offset * (int64_t) bytes_of(type);
    return transpose ? strided{data, 1, ld} : strided{data, ld, 1};
}

const char * multiply(accelerator_stream *, const matrix_product & p) {
    if (p.m < 0 || p.n < 0 || p.k < 0 || p.batch < 0) return "GUARD0: product: a size below 0";
    if (p.m == 0 || p.n == 0 || p.batch == 0 || (p.k == 0 && p.add)) return nullptr;
    if (p.k == 0) return "GUARD0: product: k: expected at least 1, found 0";
    const int64_t a_rows = p.transpose_a ? p.k : p.m, a_columns = p.transpose_a ? p.m : p.k;
    const int64_t b_rows = p.transpose_b ? p.n : p.k, b_columns = p.transpose_b ? p.k : p.n;
    if (p.lda < a_columns || p.ldb < b_columns || p.ldc < p.n) {
        return "GUARD0: product: rows are nearer to each other than they are long";
    }
    if (p.a == p.c || p.b == p.c) die("GUARD0: a product whose result is one of its operands");
    memory().require(p.a, bytes_of(a_rows, a_columns, p.lda, p.batch, p.step_a, bytes_of(p.type)),
                     "matrix a of a product");
    memory().require(p.b, bytes_of(b_rows, b_columns, p.ldb, p.batch, p.step_b, bytes_of(p.type)),
                     "matrix b of a product");
    memory().require(p.c, bytes_of(p.m, p.n, p.ldc, p.batch, p.step_c, sizeof(float)), "matrix c of a product");
    const guarded_memory::window open(memory(), "a product");
    for (int64_t i = 0; i < p.batch; i++) {
        multiply_strided(p.m, p.n, p.k, p.type, 1.0f, element(p.a, p.lda, p.transpose_a, i * p.step_a, p.type),
                         element(p.b, p.ldb, p.transpose_b, i * p.step_b, p.type), p.add ? 1.0f : 0.0f,
                         p.c + i * p.step_c, p.ldc, 1);
    }
    return nullptr;
}

const char * wait(accelerator_stream *) { return nullptr; }

const accelerator * table() {
    static const accelerator all = {
        accelerator::current_version, kernel_list::count, open, close, write, read, copy, zero, launch, multiply, wait};
    return &all;
}

} // namespace

const guarded_device & the_device() {
    static const guarded_device device = {"GUARD0", "GUARD", "memory behind a guard, computed by the CPU", memory,
                                          table};
    return device;
}

} // namespace gto_test
