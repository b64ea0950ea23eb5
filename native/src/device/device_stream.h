// A stream of work on a device whose memory the host can't address. What its accelerator can't do is an exception that
// names the device: GTO_E_MEMORY or GTO_E_INTERNAL.
#pragma once

#include "device/accelerator.h"

#include <string>

namespace gto {

class device_stream {
  public:
    // index: the device's place among those of its kind.
    device_stream(const accelerator & table, int32_t index, std::string device);
    ~device_stream();
    device_stream(const device_stream &) = delete;
    device_stream & operator=(const device_stream &) = delete;

    void write(void * to, const void * from, size_t bytes);
    void read(void * to, const void * from, size_t bytes);
    void copy(void * to, const void * from, size_t bytes);
    void zero(void * to, size_t bytes);
    void launch(int32_t id, int64_t n, const void * kernel, size_t bytes);
    void multiply(const matrix_product & product);
    void wait();

  private:
    void check(const char * failure) const;

    const accelerator & table_;
    const std::string device_;
    accelerator_stream * stream_ = nullptr;
};

} // namespace gto
