// One kernel for each instruction set; null where the compiler can't build it or the processor can't run it.
#pragma once

#include "cpu/float_rows.h"

namespace gto {

const float_rows_kernel * float_rows_avx512();
const float_rows_kernel * float_rows_avx2();
const float_rows_kernel * float_rows_neon();
const float_rows_kernel * float_rows_portable();

} // namespace gto
