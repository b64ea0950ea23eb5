// A ggml backend over guarded memory: graphs are computed by ggml's CPU backend while the memory is open, and what a
// GPU's backend refuses is refused. Each library holds one such device.
#pragma once

#include "device/accelerator.h"
#include "guarded/guarded_memory.h"

namespace gto_test {

struct guarded_device {
    const char *name, *registry, *description;
    guarded_memory & (*memory)();
    const gto::accelerator * (*accelerator)();
};

// The library's.
const guarded_device & the_device();

// Name of the function `guarded_memory & ()` that the registry hands out beside accelerator_symbol.
constexpr const char * memory_symbol = "gto_test_memory";

} // namespace gto_test
