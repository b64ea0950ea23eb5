#include "cpu/integer_kernel.h"
#include "cpu/quant_layout.h"

#if defined(__aarch64__) && defined(__linux__)

#  include <algorithm>
#  include <arm_neon.h>
#  include <cstring>
#  include <sys/auxv.h>
#  include <utility>

#  pragma GCC push_options
#  pragma GCC target("arch=armv8.2-a+i8mm")

#  include "cpu/integer_lanes_neon.h"

namespace gto {
namespace {

struct lanes : lanes_neon {
    static constexpr const char * name = "i8mm";

    static constexpr bool signed_weights = false;

    static bytes halves_low(bytes v, bytes w) { return (bytes) vzip1q_s32((int32x4_t) v, (int32x4_t) w); }
    static bytes halves_high(bytes v, bytes w) { return (bytes) vzip2q_s32((int32x4_t) v, (int32x4_t) w); }
    static bytes two_rows(const int8_t * a, const int8_t * b) { return (bytes) vcombine_s8(vld1_s8(a), vld1_s8(b)); }
    static ints matrix(ints sum, bytes w, bytes a) {
        return (ints) vusmmlaq_s32((int32x4_t) sum, (uint8x16_t) w, (int8x16_t) a);
    }
    static ints even(ints v, ints w) { return (ints) vuzp1q_s32((int32x4_t) v, (int32x4_t) w); }
    static ints odd(ints v, ints w) { return (ints) vuzp2q_s32((int32x4_t) v, (int32x4_t) w); }
};

} // namespace
} // namespace gto

#  include "cpu/integer_matrices.h"

#  include "cpu/integer_block.h"

#  pragma GCC pop_options

namespace gto {

const integer_kernel * integer_kernel_i8mm() { return getauxval(AT_HWCAP2) & HWCAP2_I8MM ? &kernel : nullptr; }

} // namespace gto

#else

namespace gto {
const integer_kernel * integer_kernel_i8mm() { return nullptr; }
} // namespace gto

#endif
