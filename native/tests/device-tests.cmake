# Tests over the devices of devices.cmake: those with the label gpu, which tests/gpu/check.sh runs. The target gpu-tests builds them.

add_custom_target(gpu-tests)

file(GLOB accelerator_tests CONFIGURE_DEPENDS accelerator/*_test.cpp)
foreach(file ${accelerator_tests})
  get_filename_component(name ${file} NAME_WE)
  gto4j_test(${name} ${file} guarded/guarded_memory.cpp)
  target_link_libraries(${name} PRIVATE gto4j-cuda-on-cpu)
  add_dependencies(${name} ggml-guard ggml-shim)
  set_tests_properties(${name} PROPERTIES LABELS gpu)
  add_dependencies(gpu-tests ${name})
endforeach()

# Tests of targets once more, with the target in guarded memory: <name>_guarded.
function(gto4j_guarded_test name)
  add_test(NAME ${name}_guarded COMMAND ${name})
  set_tests_properties(${name}_guarded PROPERTIES ENVIRONMENT GTO_TEST_DEVICE=GUARD0 LABELS gpu TIMEOUT 600)
  add_dependencies(${name} ggml-guard)
  add_dependencies(gpu-tests ${name})
endfunction()
foreach(name chat_tokens feature_reader features many_texts sampler session target threads verify verify_many)
  gto4j_guarded_test(${name}_test)
endforeach()
