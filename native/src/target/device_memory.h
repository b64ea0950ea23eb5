// What a target takes of the memory of a device that isn't the CPU, asked before it is taken.
#pragma once

#include "target/target.h"

namespace gto {

// Fails with GTO_E_MEMORY unless the device's GPUs together have as many bytes free; both figures are in the message.
// Nothing is asked where a device doesn't say.
void require_on_device(const gto_device & device, const std::string & what, int64_t bytes);

// The same for the layers of the target that are to lie on its device, as its file has them.
void require_device_memory(const gto_target & target);

} // namespace gto
