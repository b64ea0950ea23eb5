# GTO4J_SANITIZER: "address" (with undefined behaviour) or "thread", for libgto4j and its tests; sanitize.sh builds and runs them.

set(GTO4J_SANITIZER "" CACHE STRING "address, thread or nothing")
set_property(CACHE GTO4J_SANITIZER PROPERTY STRINGS "" address thread)

if(GTO4J_SANITIZER STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(GTO4J_SANITIZER STREQUAL "thread")
  set(sanitize -fsanitize=thread)
elseif(GTO4J_SANITIZER)
  message(FATAL_ERROR "GTO4J_SANITIZER: expected address or thread, found \"${GTO4J_SANITIZER}\"")
endif()
if(GTO4J_SANITIZER)
  add_compile_options(${sanitize} -fno-omit-frame-pointer -g -O1)
  add_link_options(${sanitize})
  add_compile_definitions(GTO4J_RUNNABLE_KERNELS)
endif()
