// Memory of an accelerated device for small arrays that a run's kernels read or write: positions, tokens, results.
#pragma once

#include "device/memory.h"

#include <vector>

namespace gto {

class upload_memory {
  public:
    explicit upload_memory(gto_device & device) : device_(device) {}

    // Aligned to 64 bytes; until the next reset().
    void * take(size_t bytes) {
        const size_t padded = (bytes + 63) & ~(size_t) 63;
        while (current_ < blocks_.size() && at_ + padded > blocks_[current_].bytes()) {
            current_++;
            at_ = 0;
        }
        if (current_ == blocks_.size()) blocks_.emplace_back(device_, std::max(padded, smallest));
        void * taken = (char *) blocks_[current_].data() + at_;
        at_ += padded;
        return taken;
    }
    void * copy(device_stream & stream, const void * values, size_t bytes) {
        void * there = take(bytes);
        stream.write(there, values, bytes);
        return there;
    }
    bool used() const { return current_ > 0 || at_ > 0; }
    void reset() { current_ = at_ = 0; }

  private:
    static constexpr size_t smallest = (size_t) 1 << 20;
    gto_device & device_;
    std::vector<block> blocks_;
    size_t current_ = 0, at_ = 0; // where the next bytes are taken from
};

} // namespace gto
