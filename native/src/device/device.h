// A ggml backend and, on the CPU, the one thread pool that libllama and our own graphs share.
#pragma once

#include "common/status.h"
#include "common/stopwatch.h"
#include "cpu/cpu_device.h"
#include "device/backends.h"
#include "device/device_stream.h"
#include "gto4j/device.h"

#include "ggml-backend.h"
#include "ggml-cpu.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct gto_device : gto::counted {
    gto_device(const char * name, int32_t n_threads);
    ~gto_device();

    ggml_backend_dev_t dev = nullptr; // the first of several
    ggml_backend_t backend = nullptr;
    ggml_threadpool_t pool = nullptr; // null unless the device is a CPU
    // ours over the CPU backend, for targets; null: they are computed by `dev` itself
    std::unique_ptr<gto::cpu_device> kernels;
    // Where libllama puts weights beside the CPU: a list that ends with null.
    std::vector<ggml_backend_dev_t> offload = {nullptr};
    const gto::accelerator * accelerator = nullptr; // null: a CPU, or a device for targets alone
    std::string why_no_drafts;                      // of the latter
    int32_t n_threads = 1;
    std::string name, description;
    // Held by every computation: the pool runs one graph at a time.
    std::recursive_mutex mutex;

    bool is_cpu() const { return ggml_backend_dev_type(dev) == GGML_BACKEND_DEVICE_TYPE_CPU; }
    // Those that are no CPU.
    std::vector<ggml_backend_dev_t> gpus() const {
        return is_cpu() ? std::vector<ggml_backend_dev_t>() : std::vector(offload.begin(), offload.end() - 1);
    }
    // A call of its driver has ended in an assertion. From then on it isn't used, and what lies on it isn't freed, as
    // that would end in one, too. Under the mutex.
    void lose(const std::string & reason);
    bool is_lost() const { return lost_; }
    // Fails with GTO_E_INTERNAL if the device is lost.
    void require_usable() const;
    // Memory that the host can't address, and kernels of ours to work on it.
    bool is_accelerated() const { return accelerator != nullptr; }
    // Where a draft beside a target on this device computes: here, or on a CPU where this one has no kernels for it.
    gto_device & for_drafts();
    std::unique_ptr<gto::device_stream> open_stream() const;

    // Memory of this device is written, read, copied and set to zero by these alone, in code that knows no queue. They
    // return when it is done. Thread-safe.
    void write(void * to, const void * from, size_t bytes);
    void read(void * to, const void * from, size_t bytes);
    void copy(void * to, const void * from, size_t bytes);
    void zero(void * to, size_t bytes);
    // Fails with GTO_E_MEMORY unless there is room for `bytes` of `what`.
    void require_room(const std::string & what, int64_t bytes) const;

    // For one computation; what it had to wait for others is added to `waited`.
    std::unique_lock<std::recursive_mutex> lock(int64_t & waited) {
        const gto::stopwatch wait(waited);
        return std::unique_lock<std::recursive_mutex>(mutex);
    }
    ggml_backend_buffer_type_t buffer_type() const { return ggml_backend_get_default_buffer_type(backend); }

  private:
    template <class Here, class There> void transfer(size_t bytes, Here && here, There && there);

    std::string why_lost_; // set once, before lost_
    std::atomic<bool> lost_{false};
    std::mutex transfers_mutex_;
    std::unique_ptr<gto::device_stream> transfers_; // of an accelerated device
    std::unique_ptr<gto_device> beside_;            // a CPU for drafts
};
