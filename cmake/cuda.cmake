# CUDA: with GTO4J_CUDA src/cuda becomes libgto4j-cuda, which libgto4j loads when a CUDA device is opened, and ggml's CUDA backend is built and installed beside
# it: so one libgto4j serves machines with a GPU and without. Without GTO4J_CUDA it is still compiled, to objects that nobody links, by the target and test cuda_objects, and runs in tests on the CPU
# (tests/devices.cmake): so it can't rot on machines without a GPU.

file(GLOB cuda_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/cuda/*.cu)
if(NOT cuda_sources)
  return()
endif()

set(GTO4J_CUDA_ARCHITECTURES 80,90 CACHE STRING "compute capabilities that src/cuda and ggml's CUDA backend are compiled for")
string(REPLACE "," ";" cuda_architectures "${GTO4J_CUDA_ARCHITECTURES}")

if(GTO4J_CUDA)
  include(${CMAKE_CURRENT_LIST_DIR}/nvcc.cmake)
  gto4j_cuda_toolkit(toolkit why)
  if(NOT toolkit)
    message(FATAL_ERROR "GTO4J_CUDA: no CUDA toolkit: ${why}")
  endif()
  set(CMAKE_CUDA_COMPILER ${toolkit}/bin/nvcc)
  set(CUDAToolkit_ROOT ${toolkit})
  set(CMAKE_CUDA_ARCHITECTURES ${cuda_architectures})
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  add_library(gto4j-cuda SHARED ${cuda_sources})
  set_target_properties(gto4j-cuda PROPERTIES CUDA_STANDARD 17 CUDA_STANDARD_REQUIRED ON CUDA_VISIBILITY_PRESET hidden CUDA_RUNTIME_LIBRARY Shared)
  target_include_directories(gto4j-cuda PRIVATE include src)
  target_link_libraries(gto4j-cuda PRIVATE CUDA::cudart CUDA::cublas)
  target_link_options(gto4j-cuda PRIVATE -Wl,--no-undefined)
  install(TARGETS gto4j-cuda LIBRARY DESTINATION lib)
  gto4j_llama_cuda(${GTO4J_LLAMA_ENTRY} "${GTO4J_LLAMA_FLAGS}" "${cuda_architectures}" ${toolkit} module)
  install(FILES ${module} DESTINATION lib)
  # For programs of the build folder: GTO4J_BACKENDS names it.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/backends)
  file(CREATE_LINK ${module} ${CMAKE_BINARY_DIR}/backends/libggml-cuda.so SYMBOLIC)
  return()
endif()

string(REPLACE ";" "$<SEMICOLON>" cuda_architectures "${cuda_architectures}")
set(cuda_command ${CMAKE_COMMAND}
    -DCUDA_SOURCES=${CMAKE_CURRENT_SOURCE_DIR}/src
    -DCUDA_OBJECTS=${CMAKE_BINARY_DIR}/cuda
    "-DCUDA_INCLUDES=${CMAKE_CURRENT_SOURCE_DIR}/include$<SEMICOLON>${CMAKE_CURRENT_SOURCE_DIR}/src$<SEMICOLON>${GTO4J_LLAMA_PREFIX}/include"
    -DCUDA_ARCHITECTURES=${cuda_architectures}
    -DGTO4J_CACHE=${GTO4J_CACHE}
    -P ${CMAKE_CURRENT_LIST_DIR}/cuda-objects.cmake)
add_custom_target(cuda_objects COMMAND ${cuda_command} VERBATIM)
if(GTO4J_TESTS)
  enable_testing()
  add_test(NAME cuda_objects COMMAND ${cuda_command})
  set_tests_properties(cuda_objects PROPERTIES SKIP_REGULAR_EXPRESSION "CUDA objects skipped" LABELS gpu TIMEOUT 1200)
endif()
