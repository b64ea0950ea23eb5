// Where a device's accelerator comes from.
#pragma once

#include "device/accelerator.h"

#include "ggml-backend.h"

#include <string>

namespace gto {

// What the device's backend hands out, or for CUDA what the library libgto4j-cuda.so beside this one does. Null where
// neither has one, and then `why` says so: such a device computes targets alone.
const accelerator * find_accelerator(ggml_backend_dev_t device, std::string & why);

// Its place among the devices of its backend.
int32_t index_of(ggml_backend_dev_t device);

} // namespace gto
