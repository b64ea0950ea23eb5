// Bytes that grow at their end, in the host's memory or in a device's that the host can't address.
#pragma once

#include "device/memory.h"

#include <vector>

namespace gto {

class feature_memory {
  public:
    // In memory of the device if it is accelerated, else (or null) in the host's. The device outlives the memory.
    explicit feature_memory(gto_device * device = nullptr);

    size_t size() const { return size_; }
    // What both sizes hold stays; what is new holds anything.
    void resize(size_t bytes);
    void replace(std::vector<uint8_t> && bytes);
    // Null: the host's.
    gto_device * device() const { return device_; }
    // Of the device; valid until the next resize().
    uint8_t * data() { return device_ ? (uint8_t *) there_.data() : here_.data(); }
    const uint8_t * data() const { return const_cast<feature_memory *>(this)->data(); }
    // Between the host and [at, at + bytes).
    void write(size_t at, const void * from, size_t bytes);
    void read(size_t at, void * to, size_t bytes) const;

  private:
    gto_device * device_;
    size_t size_ = 0;
    std::vector<uint8_t> here_;
    block there_;
};

} // namespace gto
