// A group of several lanes on host threads (see kernel/group.h): what holds for it when lanes run in any order holds
// for a CUDA block, so that the cooperative form of every kernel is tested without a GPU (a thread sanitizer sees
// missing barriers).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace gto {

struct lanes_state {
    explicit lanes_state(int32_t size) : size(size), slots(size) {}

    void wait() {
        std::unique_lock<std::mutex> lock(mutex);
        const int64_t mine = round;
        if (++arrived == size) {
            arrived = 0;
            ++round;
            changed.notify_all();
        } else {
            changed.wait(lock, [&] { return round != mine; });
        }
    }

    const int32_t size;
    std::vector<double> slots;
    std::mutex mutex;
    std::condition_variable changed;
    int32_t arrived = 0;
    int64_t round = 0;
};

class lane_group {
  public:
    static constexpr int32_t chunk = 16;

    lane_group(lanes_state & state, int32_t rank) : state_(&state), rank_(rank) {}

    int32_t rank() const { return rank_; }
    int32_t size() const { return state_->size; }
    void sync() const { state_->wait(); }
    template <class T> T sum(T v) const {
        return reduce(v, [](T a, T b) { return a + b; });
    }
    template <class T> T max(T v) const {
        return reduce(v, [](T a, T b) { return a > b ? a : b; });
    }
    template <class T> T min(T v) const {
        return reduce(v, [](T a, T b) { return a < b ? a : b; });
    }

  private:
    template <class T, class Op> T reduce(T v, Op op) const {
        state_->slots[rank_] = (double) v; // exact for float and int32_t too
        state_->wait();
        T all = (T) state_->slots[0];
        for (int32_t i = 1; i < state_->size; ++i) all = op(all, (T) state_->slots[i]);
        state_->wait();
        return all;
    }

    lanes_state * state_;
    int32_t rank_;
};

// Calls f(group) on `size` lanes at once.
template <class F> void on_lanes(int32_t size, F f) {
    lanes_state state(size);
    std::vector<std::thread> threads;
    for (int32_t rank = 0; rank < size; ++rank) threads.emplace_back([&, rank] { f(lane_group(state, rank)); });
    for (std::thread & thread : threads) thread.join();
}

} // namespace gto
