# CUDA: with GTO4J_CUDA the kernels src/*/*.cu become part of libgto4j. Without it they are still compiled, to objects that nobody
# links, by the target and test cuda_objects: so they can't rot on machines without a GPU.

file(GLOB cuda_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*/*.cu)
if(NOT cuda_sources)
  return()
endif()

set(GTO4J_CUDA_ARCHITECTURES "80;90" CACHE STRING "compute capabilities that the CUDA kernels are compiled for")

if(GTO4J_CUDA)
  set(CMAKE_CUDA_ARCHITECTURES ${GTO4J_CUDA_ARCHITECTURES})
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  target_sources(gto4j PRIVATE ${cuda_sources})
  target_link_libraries(gto4j PRIVATE CUDA::cudart_static)
  target_compile_definitions(gto4j-objects PRIVATE GTO4J_CUDA)
  return()
endif()

string(REPLACE ";" "$<SEMICOLON>" cuda_architectures "${GTO4J_CUDA_ARCHITECTURES}")
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
  set_tests_properties(cuda_objects PROPERTIES SKIP_REGULAR_EXPRESSION "CUDA objects skipped" TIMEOUT 1200)
endif()
