// One kernel for each instruction set; null where the compiler can't build it or the processor can't run it.
#pragma once

#include "cpu/attention.h"

namespace gto {

const attention_kernel * attention_avx512();
const attention_kernel * attention_avx2();
const attention_kernel * attention_neon();
const attention_kernel * attention_portable();

} // namespace gto
