// Vectors of four floats: SSE2 of any x86-64, NEON of any 64-bit ARM.
#include "device/float_kernel.h"

#include <cstring>

namespace gto {
namespace {

struct lanes {
    typedef float vec __attribute__((vector_size(16)));
    static constexpr const char * name = "portable";
    static constexpr int rows = 4, vectors = 2;

    static vec load(const float * p, int64_t n) {
        vec v = {};
        memcpy(&v, p, n * sizeof(float));
        return v;
    }
    static void store(float * p, int64_t n, vec v) { memcpy(p, &v, n * sizeof(float)); }
};

} // namespace
} // namespace gto

#include "device/float_block.h"

namespace gto {

const float_kernel * float_kernel_portable() { return &kernel; }

const std::vector<const float_kernel *> & float_kernels() {
    static const std::vector<const float_kernel *> kernels = [] {
        std::vector<const float_kernel *> all;
        for (const float_kernel * k : {float_kernel_avx512(), float_kernel_avx2(), float_kernel_portable()}) {
            if (k) all.push_back(k);
        }
        return all;
    }();
    return kernels;
}

} // namespace gto
