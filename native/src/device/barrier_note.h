// The thread sanitizer doesn't see the barriers of ggml's thread pool, which lie in a library that isn't instrumented:
// it is told of them.
#pragma once

#if defined(__SANITIZE_THREAD__)
#  include <sanitizer/tsan_interface.h>

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

namespace gto {

// The barriers around the nodes of all graphs. Two graphs that run at once share it: what one's nodes do seems to
// happen before the other's.
inline char graph_barriers;

// Stands in a node's custom op: it runs between two barriers of its graph's threads.
class between_barriers {
  public:
    between_barriers() { after_barrier(&graph_barriers); }
    ~between_barriers() { before_barrier(&graph_barriers); }
    between_barriers(const between_barriers &) = delete;
    between_barriers & operator=(const between_barriers &) = delete;
};

} // namespace gto
