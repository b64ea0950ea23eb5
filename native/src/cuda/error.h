// What went wrong, in one sentence, in storage of the calling thread that lasts until its next error.
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

namespace gto {

const char * message(const char * format, ...) __attribute__((format(printf, 1, 2)));

// `doing`: what failed, as in "copying 16 bytes to the device". Null if nothing did. The error is no longer pending.
const char * fault_of(cudaError_t error, const char * doing);
const char * fault_of(cublasStatus_t status, const char * doing);

// The same where `bytes` of the device's memory were asked: says how much was free.
const char * fault_of_memory(cudaError_t error, size_t bytes);

} // namespace gto
