// Which devices there are, and which of them a text names.
#pragma once

#include "ggml-backend.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gto {

struct listed_device {
    ggml_backend_dev_t dev;
    const char *name, *description;
};

// Ours where it pays, then ggml's, the CPU first. Thread-safe.
std::vector<listed_device> available_devices();

// Those of "CUDA0" or "CUDA0,CUDA1". Fails with GTO_E_ARGUMENT: a name that no device has, one twice, or a CPU beside
// others.
std::vector<ggml_backend_dev_t> named_devices(const std::string & names);

// As in gto4j/device.h.
int32_t kind_of(ggml_backend_dev_t dev);

struct device_memory {
    int64_t free, total; // -1 if it isn't known
};

// The CPU's free memory is what this process may still take. Devices aren't counted twice.
device_memory memory_of(const std::vector<ggml_backend_dev_t> & devices);

} // namespace gto
