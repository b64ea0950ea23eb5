#include "cpu/integer_kernel.h"
#include "cpu/quant_layout.h"

#if defined(__aarch64__) && defined(__linux__)

#  include <algorithm>
#  include <arm_neon.h>
#  include <cstring>
#  include <sys/auxv.h>
#  include <utility>

#  pragma GCC push_options
#  pragma GCC target("arch=armv8.2-a+dotprod")

#  include "cpu/integer_lanes_neon.h"

namespace gto {
namespace {

struct lanes : lanes_neon {
    static constexpr const char * name = "dotprod";

    static constexpr bool signed_weights = true;

    static ints dot(ints sum, bytes w, ints a) {
        return (ints) vdotq_s32((int32x4_t) sum, (int8x16_t) w, (int8x16_t) a);
    }
};

} // namespace
} // namespace gto

#  include "cpu/integer_dots.h"

#  include "cpu/integer_block.h"

#  pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_dotprod() { return getauxval(AT_HWCAP) & HWCAP_ASIMDDP ? &kernel : nullptr; }

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_dotprod() { return nullptr; }
} // namespace gto

#endif
