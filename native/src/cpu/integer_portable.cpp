// Vectors of four floats for any processor, and the list of all kernels. Its building blocks are calls: small rather
// than fast.
#include "cpu/half.h"
#include "cpu/integer_kernel.h"

#include <cmath>
#include <cstring>

namespace gto {
namespace {

struct lanes {
    typedef uint8_t bytes __attribute__((vector_size(16)));
    typedef int32_t ints __attribute__((vector_size(16)));
    typedef float floats __attribute__((vector_size(16)));
    static constexpr const char * name = "portable";
    static constexpr int rows = 2;
    static constexpr int strips_together(int) { return 1; }

    static constexpr bool signed_weights = false;

    static bytes load(const uint8_t * p) {
        bytes v;
        memcpy(&v, p, sizeof v);
        return v;
    }
    static ints splat(const int32_t * p) { return ints{*p, *p, *p, *p}; }
    static floats splat(const float * p) { return floats{*p, *p, *p, *p}; }
    static ints four(const int8_t * p) {
        int32_t v;
        memcpy(&v, p, 4);
        return splat(&v);
    }
    __attribute__((noinline)) static floats halves(const uint8_t * p) {
        uint16_t h[4];
        memcpy(h, p, sizeof h);
        return floats{half_value(h[0]), half_value(h[1]), half_value(h[2]), half_value(h[3])};
    }
    static ints widen(const uint8_t * p) { return ints{p[0], p[1], p[2], p[3]}; }
    static ints widen(const int8_t * p) { return ints{p[0], p[1], p[2], p[3]}; }
    __attribute__((noinline)) static bytes lookup(const uint8_t * table, bytes codes) {
        for (int i = 0; i < 16; i++) codes[i] = table[codes[i]];
        return codes;
    }
    template <class V> static void settle(V &) {}
    __attribute__((noinline)) static floats fused(floats a, floats b, floats c) {
        return floats{std::fmaf(a[0], b[0], c[0]), std::fmaf(a[1], b[1], c[1]), std::fmaf(a[2], b[2], c[2]),
                      std::fmaf(a[3], b[3], c[3])};
    }
    static ints round(floats x) {
        return ints{(int32_t) std::lrintf(x[0]), (int32_t) std::lrintf(x[1]), (int32_t) std::lrintf(x[2]),
                    (int32_t) std::lrintf(x[3])};
    }
    static void narrow(const ints (&v)[8], int8_t * to) {
        for (int i = 0; i < 32; i++) to[i] = (int8_t) v[i / 4][i % 4];
    }
    __attribute__((noinline)) static ints dot(ints sum, bytes w, ints a) {
        typedef uint32_t unsigned_ints __attribute__((vector_size(16)));
        const unsigned_ints u = (unsigned_ints) w;
        return sum + (ints) (u & 255) * (a << 24 >> 24) + (ints) (u >> 8 & 255) * (a << 16 >> 24) +
               (ints) (u >> 16 & 255) * (a << 8 >> 24) + (ints) (u >> 24) * (a >> 24);
    }
};

} // namespace
} // namespace gto

#include "cpu/integer_dots.h"

#include "cpu/integer_block.h"

namespace gto {

const integer_kernel * integer_kernel_portable() { return &kernel; }

const std::vector<const integer_kernel *> & integer_kernels() {
    static const std::vector<const integer_kernel *> kernels = [] {
        std::vector<const integer_kernel *> all;
        for (const integer_kernel * k :
             {integer_kernel_avx512_vnni(), integer_kernel_avx512(), integer_kernel_avx_vnni(), integer_kernel_avx2(),
              integer_kernel_i8mm(), integer_kernel_dotprod(), integer_kernel_portable()}) {
            if (k) all.push_back(k);
        }
        return all;
    }();
    return kernels;
}

} // namespace gto
