# GTO4J_SANITIZER: "address" (with undefined behaviour) or "thread", for libgto4j and its tests.
# A JVM takes an address build with LD_PRELOAD=libasan.so and
# ASAN_OPTIONS=handle_segv=0:allow_user_segv_handler=1:detect_leaks=0.

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
  add_compile_options(${sanitize} -fno-omit-frame-pointer -g)
  add_link_options(${sanitize})
endif()
