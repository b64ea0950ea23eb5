// SHIM0: memory of CUDA on the CPU, and the accelerator that src/cuda makes of it: target and draft engine share one
// memory, as on a GPU.
#include "cuda/control.h"
#include "guarded/guarded_backend.h"

extern "C" const gto::accelerator * gto_accelerator_table();

const gto_test::guarded_device & gto_test::the_device() {
    static const guarded_device device = {"SHIM0", "SHIM", "CUDA on the CPU", cuda_on_cpu::memory,
                                          gto_accelerator_table};
    return device;
}
