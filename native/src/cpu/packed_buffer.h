// A ggml buffer type for weights that integer kernels read: what is written into it is packed.
#pragma once

#include "cpu/packed_format.h"

#include "ggml-backend.h"

namespace gto {

// The format in which a weight of [columns, outputs] or, for a mixture of experts, [columns, outputs, experts] would be packed; null for those that lie in
// memory as they are.
const packed_format * packable(const ggml_tensor * weight);

// The format in which a weight is packed; null if it isn't in a buffer of this type.
const packed_format * packed(const ggml_tensor * weight);

// A buffer type of this device. A tensor is written whole and can't be read back. The type stays valid as long as the program runs.
ggml_backend_buffer_type_t packed_buffer_type();
bool is_packed(ggml_backend_buffer_type_t type);

} // namespace gto
