// A ggml backend and, on the CPU, the one thread pool that libllama and our own graphs share.
#pragma once

#include "common/status.h"
#include "common/stopwatch.h"
#include "cpu/cpu_device.h"
#include "gto4j/device.h"

#include "ggml-backend.h"
#include "ggml-cpu.h"

#include <memory>
#include <mutex>
#include <string>

namespace gto {

// ggml's backends are there: with GGML_BACKEND_DL they are modules beside libggml, which are loaded at the first call.
// Thread-safe.
void load_backends();

} // namespace gto

struct gto_device : gto::counted {
    gto_device(const char * name, int32_t n_threads);
    ~gto_device();

    ggml_backend_dev_t dev = nullptr;
    ggml_backend_t backend = nullptr;
    ggml_threadpool_t pool = nullptr; // null unless the device is a CPU
    // ours over the CPU backend, for targets; null: they are computed by `dev` itself
    std::unique_ptr<gto::cpu_device> kernels;
    ggml_backend_dev_t offload[2] = {}; // where libllama puts weights beside the CPU: a list that ends with null
    int32_t n_threads = 1;
    std::string name, description;
    // Held by every computation: the pool runs one graph at a time.
    std::recursive_mutex mutex;

    bool is_cpu() const { return ggml_backend_dev_type(dev) == GGML_BACKEND_DEVICE_TYPE_CPU; }
    // The draft engine's kernels are the host's. Fails with GTO_E_ARGUMENT on a device whose memory they can't address.
    void require_host() const;
    // For one computation; what it had to wait for others is added to `waited`.
    std::unique_lock<std::recursive_mutex> lock(int64_t & waited) {
        const gto::stopwatch wait(waited);
        return std::unique_lock<std::recursive_mutex>(mutex);
    }
    ggml_backend_buffer_type_t buffer_type() const { return ggml_backend_get_default_buffer_type(backend); }
};
