// A draft's parameters rounded to F16 or Q8_0: one copy for all that use the same values.
#pragma once

#include "device/memory.h"

#include "ggml.h"

#include <map>
#include <memory>
#include <mutex>

namespace gto {

class rounded_weights {
  public:
    // The values [n] as they are now, rounded to `type`, of whose blocks n is a multiple. The copy that is still in use is shared if it holds the same; training
    // in between gives another one, and each lives as long as somebody uses it. Thread-safe, as long as nobody writes the values.
    std::shared_ptr<const block> of(gto_device & device, const float * values, int64_t n, ggml_type type);

  private:
    std::mutex mutex_;
    std::map<ggml_type, std::weak_ptr<const block>> last_;
};

} // namespace gto
