# Read by llama.cpp's own build when it comes to project(ggml): which of ggml's CPU variants are built. ggml has one for each family of processors; those left
# out differ from one that is built by little, and such a processor takes that one. Every variant takes a minute to compile and a megabyte of the jar.
set(GTO4J_CPU_VARIANTS
  x64             # any x86-64
  sandybridge     # AVX
  haswell         # AVX2, FMA, F16C
  alderlake       # AVX-VNNI
  skylakex        # AVX-512
  cascadelake     # AVX-512 VNNI
  icelake         # AVX-512 VNNI and VBMI
  zen4            # AVX-512 BF16
  sapphirerapids  # AMX
  armv8.0_1       # any 64-bit ARM
  armv8.2_2       # dot products, half-precision arithmetic
  armv8.6_1       # SVE, products of 8-bit matrices
  armv8.6_2)      # SVE2

# ggml builds a variant because it depends on it.
function(add_dependencies target)
  set(kept)
  foreach(dependency ${ARGN})
    if(target STREQUAL "ggml" AND dependency MATCHES "^ggml-cpu-(.+)$" AND NOT CMAKE_MATCH_1 IN_LIST GTO4J_CPU_VARIANTS)
      set_target_properties(${dependency} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    else()
      list(APPEND kept ${dependency})
    endif()
  endforeach()
  if(kept)
    _add_dependencies(${target} ${kept})
  endif()
endfunction()
