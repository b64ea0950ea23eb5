#include "cpu/float_rows_sets.h"

#if defined(__aarch64__)

#  include "cpu/float_lanes_neon.h"
#  include "cpu/float_rows_block.h"

namespace gto {

const float_rows_kernel * float_rows_neon() {
    static constexpr float_rows_kernel kernel = {lanes::name, multiply_float_rows};
    return &kernel;
}

} // namespace gto

#else

namespace gto {
const float_rows_kernel * float_rows_neon() { return nullptr; }
} // namespace gto

#endif
