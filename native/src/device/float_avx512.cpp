#include "device/float_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)

#  include <cstring>
#  include <immintrin.h>

#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")

namespace gto {
namespace {

struct lanes {
    typedef float vec __attribute__((vector_size(64)));
    static constexpr const char * name = "AVX-512";
    static constexpr int rows = 8, vectors = 3;

    static __mmask16 mask(int64_t n) { return (__mmask16) ((1u << n) - 1); }
    static vec load(const float * p, int64_t n) { return (vec) _mm512_maskz_loadu_ps(mask(n), p); }
    static void store(float * p, int64_t n, vec v) { _mm512_mask_storeu_ps(p, mask(n), (__m512) v); }
};

} // namespace
} // namespace gto

#  include "device/float_block.h"

#  pragma GCC pop_options

namespace gto {

const float_kernel * float_kernel_avx512() {
    const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("fma");
    return supported ? &kernel : nullptr;
}

} // namespace gto

#else

namespace gto {
const float_kernel * float_kernel_avx512() { return nullptr; }
} // namespace gto

#endif
