// GTO_CLONES before a function: with a build for any x86-64 the function and all it inlines is compiled for AVX-512,
// AVX2 and the baseline, and the loader picks one. A build for the machine at hand (-march=native) needs no clones;
// sanitizers can't run in the loader's choice.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__AVX2__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#  define GTO_CLONES __attribute__((flatten, target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#  define GTO_CLONES __attribute__((flatten))
#endif
