# Devices for tests, whose memory the host can't reach: libraries beside the test programs.
# gto4j-cuda-on-cpu: src/cuda, as it is, over a CUDA that runs on the CPU (tests/cuda).

file(GLOB cuda_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cuda/*.cu)
file(GLOB cuda_on_cpu CONFIGURE_DEPENDS cuda/*.cpp)
set_source_files_properties(${cuda_sources} PROPERTIES LANGUAGE CXX)

add_library(gto4j-cuda-on-cpu SHARED ${cuda_sources} ${cuda_on_cpu} guarded/guarded_memory.cpp guarded/strided_product.cpp)
target_compile_options(gto4j-cuda-on-cpu PRIVATE ${own_warnings} -fopenmp-simd)
target_include_directories(gto4j-cuda-on-cpu PUBLIC cuda/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(gto4j-cuda-on-cpu PRIVATE gto4j::ggml-base)
target_link_options(gto4j-cuda-on-cpu PRIVATE -Wl,--no-undefined)

# ggml backends: GUARD0, and SHIM0 over gto4j-cuda-on-cpu. Both hand out an accelerator.
function(gto4j_test_backend name)
  add_library(${name} SHARED guarded/guarded_backend.cpp guarded/guarded_memory.cpp ${ARGN})
  target_compile_options(${name} PRIVATE ${own_warnings} -fopenmp-simd)
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_include_directories(${name} SYSTEM PRIVATE ${GTO4J_LLAMA_PREFIX}/include-ext)
  target_link_libraries(${name} PRIVATE gto4j::ggml gto4j::ggml-base)
  target_link_options(${name} PRIVATE -Wl,--no-undefined)
endfunction()
gto4j_test_backend(ggml-guard guarded/guard_device.cpp guarded/strided_product.cpp)
gto4j_test_backend(ggml-shim guarded/shim_device.cpp)
target_link_libraries(ggml-shim PRIVATE gto4j-cuda-on-cpu)
