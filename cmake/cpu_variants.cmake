# Read by llama.cpp's own build when it comes to project(ggml), and by ours. ggml has a CPU variant for each family of processors; those left out of this list
# differ from one that is built by little, and such a processor takes that one. Every variant takes a minute to compile and a megabyte of the jar.
# From the least to the most: name, architecture, and what the compiler's macros say of a processor that runs it.
set(GTO4J_CPU_VARIANTS
  "x64             x86"  # any x86-64
  "sandybridge     x86 AVX"
  "haswell         x86 AVX2 FMA F16C BMI2"
  "alderlake       x86 AVX2 FMA F16C BMI2 AVXVNNI"
  "skylakex        x86 AVX2 FMA F16C BMI2 AVX512F AVX512CD AVX512VL AVX512DQ AVX512BW"
  "cascadelake     x86 AVX2 FMA F16C BMI2 AVX512F AVX512CD AVX512VL AVX512DQ AVX512BW AVX512VNNI"
  "icelake         x86 AVX2 FMA F16C BMI2 AVX512F AVX512CD AVX512VL AVX512DQ AVX512BW AVX512VNNI AVX512VBMI"
  "zen4            x86 AVX2 FMA F16C BMI2 AVX512F AVX512CD AVX512VL AVX512DQ AVX512BW AVX512VNNI AVX512VBMI AVX512BF16"
  "sapphirerapids  x86 AVX2 FMA F16C BMI2 AVX512F AVX512CD AVX512VL AVX512DQ AVX512BW AVX512VNNI AVX512VBMI AVX512BF16 AMX_TILE AMX_INT8"
  "armv8.0_1       arm"  # any 64-bit ARM
  "armv8.2_2       arm ARM_FEATURE_DOTPROD ARM_FEATURE_FP16_VECTOR_ARITHMETIC"
  "armv8.6_1       arm ARM_FEATURE_DOTPROD ARM_FEATURE_FP16_VECTOR_ARITHMETIC ARM_FEATURE_SVE ARM_FEATURE_MATMUL_INT8"
  "armv8.6_2       arm ARM_FEATURE_DOTPROD ARM_FEATURE_FP16_VECTOR_ARITHMETIC ARM_FEATURE_SVE ARM_FEATURE_MATMUL_INT8 ARM_FEATURE_SVE2")

# The targets of the variants for this architecture. With macros, those that a processor of these macros needs: the plainest and the best.
function(gto4j_cpu_variants out)
  set(arch x86)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
    set(arch arm)
  endif()
  set(targets)
  foreach(variant ${GTO4J_CPU_VARIANTS})
    string(REGEX MATCHALL "[^ ]+" needs "${variant}")
    list(POP_FRONT needs name its_arch)
    set(runs TRUE)
    foreach(need ${needs})
      if(ARGN AND NOT "${ARGN}" MATCHES "__${need}(__)? ")
        set(runs FALSE)
      endif()
    endforeach()
    if(its_arch STREQUAL arch AND runs)
      list(APPEND targets ggml-cpu-${name})
    endif()
  endforeach()
  list(LENGTH targets count)
  if(ARGN AND count GREATER 2)
    list(GET targets 0 -1 targets)
  endif()
  set(${out} ${targets} PARENT_SCOPE)
endfunction()

# ggml would build all of its variants, because it depends on them. Here the build says which.
if(PROJECT_NAME STREQUAL "ggml")
  function(add_dependencies target)
    set(kept)
    foreach(dependency ${ARGN})
      if(target STREQUAL "ggml" AND dependency MATCHES "^ggml-cpu-")
        set_target_properties(${dependency} PROPERTIES EXCLUDE_FROM_ALL TRUE)
      else()
        list(APPEND kept ${dependency})
      endif()
    endforeach()
    if(kept)
      _add_dependencies(${target} ${kept})
    endif()
  endfunction()
endif()
