// Threads of a block as fibers of one thread of the host: they change places only where they stop.
#pragma once

#include <cstddef>

#if !defined(__x86_64__)
#  include <ucontext.h>
#endif

namespace cuda_on_cpu {

class fiber {
  public:
    fiber();
    ~fiber();
    fiber(const fiber &) = delete;

    // The next enter() begins `body`, which never returns: it leaves for the last time.
    void begin(void (*body)());
    // From the host's thread: goes on where the fiber left, until it leaves again.
    void enter();
    // From the fiber: back to enter().
    void leave();

  private:
    char * stack_; // its lowest page stays closed
#if defined(__x86_64__)
    void *here_ = nullptr, *host_ = nullptr; // stack pointers of those who don't run
#else
    ucontext_t here_, host_;
#endif
};

} // namespace cuda_on_cpu
