// Which kernels are compiled, and which the processor can run. Compiled are all that the compiler knows; with
// GTO4J_RUNNABLE_KERNELS (instrumented builds, where a kernel takes minutes) only those that the processor at hand can
// run.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
namespace gto {

inline bool has_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

inline bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c");
}

} // namespace gto
#endif

#if defined(__x86_64__) && defined(__GNUC__)
#  define GTO_AVX2_KERNELS 1
#  if !defined(GTO4J_RUNNABLE_KERNELS) || defined(__AVX512BW__)
#    define GTO_AVX512_KERNELS 1
#  endif
#  if !defined(GTO4J_RUNNABLE_KERNELS) || defined(__AVX512VNNI__)
#    define GTO_AVX512_VNNI_KERNELS 1
#  endif
#  if !defined(GTO4J_RUNNABLE_KERNELS) || defined(__AVXVNNI__)
#    define GTO_AVX_VNNI_KERNELS 1
#  endif
#endif
