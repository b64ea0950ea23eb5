#include "cpu/attention_sets.h"

#if defined(__aarch64__)

// Each of these needs those before it.
// clang-format off
#  include "cpu/float_lanes_neon.h"
#  include "cpu/float_rows_block.h"
#  include "cpu/attention_block.h"
// clang-format on

namespace gto {

const attention_kernel * attention_neon() {
    static constexpr attention_kernel kernel = {lanes::name, attention_scratch_bytes, attend};
    return &kernel;
}

} // namespace gto

#else

namespace gto {
const attention_kernel * attention_neon() { return nullptr; }
} // namespace gto

#endif
