// A product of matrices by cuBLAS.
#pragma once

#include "device/accelerator.h"

#include <cublas_v2.h>

namespace gto {

// On the handle's stream.
const char * multiply(cublasHandle_t blas, const matrix_product & product);

} // namespace gto
