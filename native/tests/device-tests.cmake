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
foreach(name chat_tokens concurrency feature_reader features handle many_texts output recurrent sampler session target target_distribution threads verify verify_many)
  gto4j_guarded_test(${name}_test)
endforeach()

# The draft engine on both devices. gradient_test asks for hundreds of passes: on CUDA on the CPU it takes minutes, and tests/gpu/check.sh alone asks for it
# (ctest -C Thorough). draft_device_test compares whole gradients there in any case.
function(gto4j_device_test name device)
  add_test(NAME ${name}_${device} COMMAND ${name})
  set_tests_properties(${name}_${device} PROPERTIES ENVIRONMENT "GTO_TEST_DEVICE=${device}" LABELS gpu TIMEOUT 900)
  add_dependencies(${name} ggml-guard ggml-shim)
  add_dependencies(gpu-tests ${name})
endfunction()
foreach(name context_vocabulary draft drawn_children drawn_walk golden gradient training_memory)
  gto4j_device_test(${name}_test GUARD0)
endforeach()
foreach(name context_vocabulary draft golden)
  gto4j_device_test(${name}_test SHIM0)
endforeach()
add_test(NAME gradient_test_SHIM0 COMMAND gradient_test CONFIGURATIONS Thorough)
set_tests_properties(gradient_test_SHIM0 PROPERTIES ENVIRONMENT "GTO_TEST_DEVICE=SHIM0" LABELS gpu TIMEOUT 1800)
# Its sizes of blocks and orders of threads.
foreach(lanes 32 64 512)
  add_test(NAME draft_device_test_${lanes} COMMAND draft_device_test --gtest_filter=*SHIM0*)
  set_tests_properties(draft_device_test_${lanes} PROPERTIES ENVIRONMENT "GTO_CUDA_LANES=${lanes};GTO_CUDA_SEED=${lanes}" LABELS gpu TIMEOUT 600)
endforeach()
