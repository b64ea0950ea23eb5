// ggml's own CPU backend, which kernels are held against.
#pragma once

#include "device/device.h"

#include "ggml-backend.h"

#include <memory>

using ggml_cpu_backend = std::unique_ptr<ggml_backend, decltype(&ggml_backend_free)>;

inline ggml_cpu_backend ggml_cpu() {
    gto::load_backends();
    return {ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr), ggml_backend_free};
}
