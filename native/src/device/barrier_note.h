// The thread sanitizer doesn't see the barriers of ggml's thread pool, which lie in a library that isn't instrumented: it is told of them.
#pragma once

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>

namespace gto {
// What this thread did happens before what any thread does after its next after_barrier(of).
inline void before_barrier(void * of) { __tsan_release(of); }
inline void after_barrier(void * of) { __tsan_acquire(of); }
} // namespace gto
#else
namespace gto {
inline void before_barrier(void *) {}
inline void after_barrier(void *) {}
} // namespace gto
#endif
