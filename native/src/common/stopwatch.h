// Sums of elapsed time, in ns of the monotonic clock. A reading takes about 25 ns.
#pragma once

#include <chrono>
#include <cstdint>

namespace gto {

inline int64_t now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Adds the time of its scope to a sum.
class stopwatch {
  public:
    explicit stopwatch(int64_t & sum) : sum_(sum), start_(now()) {}
    ~stopwatch() { sum_ += now() - start_; }
    stopwatch(const stopwatch &) = delete;
    stopwatch & operator=(const stopwatch &) = delete;

  private:
    int64_t & sum_;
    const int64_t start_;
};

} // namespace gto
