// A ggml buffer type for weights: quantised ones are packed as integer kernels read them, F32, F16 and BF16 ones are
// copied as they are. Its memory is in large pages where the system has them: with small ones, and with those of a
// mapped file, reading all weights once took 1.4 times as long on a virtual machine.
#pragma once

#include "cpu/packed_format.h"

#include "ggml-backend.h"

namespace gto {

// The format in which a weight of [columns, outputs] or, for a mixture of experts, [columns, outputs, experts] would be
// packed; null for those that lie in memory as they are.
const packed_format * packable(const ggml_tensor * weight);

// The format in which a weight is packed; null if it is in another buffer, or as it is.
const packed_format * packed(const ggml_tensor * weight);

// A packed tensor is written whole, and can't be read back. The type stays valid as long as the program runs.
ggml_backend_buffer_type_t packed_buffer_type();
bool is_packed(ggml_backend_buffer_type_t type);

} // namespace gto
