// A barrier within one custom op of a ggml graph: its threads are the pool's, all of them run.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>

namespace gto {

class thread_barrier {
  public:
    // Returns when all nth threads have called it as often as this one. What they wrote before is seen after.
    void wait(int nth) {
        if (nth == 1) return;
        const uint32_t round = round_.load(std::memory_order_relaxed);
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == (uint32_t) nth) {
            arrived_.store(0, std::memory_order_relaxed);
            round_.store(round + 1, std::memory_order_release);
            return;
        }
        for (int turn = 0; round_.load(std::memory_order_acquire) == round; turn++) pause(turn);
    }

  private:
    // Spins for some 50 microseconds; the thread that is waited for may not run at all, so it naps from then on.
    static void pause(int turn) {
        constexpr int spins = 2000;
        if (turn >= spins) {
            const timespec nap = {0, 20000};
            nanosleep(&nap, nullptr);
            return;
        }
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield" ::: "memory");
#endif
    }

    std::atomic<uint32_t> arrived_{0}, round_{0};
};

} // namespace gto
