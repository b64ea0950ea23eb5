// The memory of a device that stands for a GPU, which counts what crosses.
#pragma once

#include "device/device.h"
#include "guarded/guarded_backend.h"
#include "guarded/guarded_memory.h"

namespace gto_test {

// Null of a GPU.
inline guarded_memory * memory_of(const gto_device & device) {
    using function = guarded_memory & (*) ();
    const auto memory =
        (function) ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device.dev), memory_symbol);
    return memory ? &memory() : nullptr;
}

} // namespace gto_test
