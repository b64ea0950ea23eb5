# Tests over the devices of devices.cmake.

file(GLOB accelerator_tests CONFIGURE_DEPENDS accelerator/*_test.cpp)
foreach(file ${accelerator_tests})
  get_filename_component(name ${file} NAME_WE)
  gto4j_test(${name} ${file} guarded/guarded_memory.cpp)
  target_link_libraries(${name} PRIVATE gto4j-cuda-on-cpu)
  add_dependencies(${name} ggml-guard ggml-shim)
endforeach()
