// Memory of one device: a block of floats, and an arena that hands out parts of one.
#pragma once

#include "common/memory_room.h"
#include "device/device.h"
#include "device/matrix.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace gto {

class block {
  public:
    block() = default;
    // Fails with GTO_E_MEMORY if there is no room. Memory of the CPU is really taken here, not when it is first written
    // to, so that whoever asks next finds what is left.
    block(gto_device & device, size_t bytes) {
        device.require_room("device " + device.name, (int64_t) std::min<size_t>(bytes, INT64_MAX));
        buffer_ = ggml_backend_buft_alloc_buffer(device.buffer_type(), bytes ? bytes : 1);
        if (!buffer_) fail(GTO_E_MEMORY, "device %s: %zu bytes can't be allocated", device.name.c_str(), bytes);
        bytes_ = bytes;
        device_ = &device;
        constexpr size_t page = 4096;
        if (device.is_cpu()) {
            for (size_t at = 0; at < bytes; at += page) ((volatile char *) data())[at] = 0;
        }
    }
    block(block && other) noexcept { *this = std::move(other); }
    block & operator=(block && other) noexcept {
        std::swap(buffer_, other.buffer_);
        std::swap(bytes_, other.bytes_);
        std::swap(device_, other.device_);
        return *this;
    }
    ~block() {
        if (buffer_ && !device_->is_lost()) ggml_backend_buffer_free(buffer_);
    }

    float * data() const { return buffer_ ? (float *) ggml_backend_buffer_get_base(buffer_) : nullptr; }
    size_t bytes() const { return bytes_; }
    ggml_backend_buffer_t buffer() const { return buffer_; }

  private:
    ggml_backend_buffer_t buffer_ = nullptr;
    size_t bytes_ = 0;
    const gto_device * device_ = nullptr; // which outlives it
};

// Grows to the largest demand seen; take() hands out 64-byte aligned parts until the next reset().
class arena {
  public:
    explicit arena(gto_device & device) : device_(device) {}

    // Invalidates everything taken before.
    void reset(size_t floats) {
        const size_t bytes = floats * sizeof(float);
        if (memory_.bytes() < bytes) {
            memory_ = block();
            memory_ = block(device_, bytes);
        }
        used_ = 0;
    }
    size_t bytes() const { return memory_.bytes(); }
    static size_t padded(int64_t rows, int64_t cols) { return ((size_t) rows * cols + 15) & ~(size_t) 15; }
    matrix take(int64_t rows, int64_t cols) {
        const size_t floats = padded(rows, cols);
        if ((used_ + floats) * sizeof(float) > memory_.bytes()) {
            fail(GTO_E_INTERNAL, "arena: %zu floats asked beyond its size", floats);
        }
        float * data = memory_.data() + used_;
        used_ += floats;
        return dense(data, rows, cols);
    }

  private:
    gto_device & device_;
    block memory_;
    size_t used_ = 0;
};

} // namespace gto
