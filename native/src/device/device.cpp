#include "device/device.h"

#include "common/processors.h"
#include "common/range.h"
#include "device/device_list.h"
#include "device/find_accelerator.h"

#include <cstring>
#include <optional>

using namespace gto;

template <class F> static F cpu_function(ggml_backend_dev_t dev, const char * name) {
    auto f = (F) ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(dev), name);
    if (!f) fail(GTO_E_INTERNAL, "this ggml has no %s", name);
    return f;
}

gto_device::gto_device(const char * wanted, int32_t threads) {
    if (threads < 0 || threads > GGML_MAX_N_THREADS) {
        fail(GTO_E_ARGUMENT, "threads: expected 0..%d, found %d", GGML_MAX_N_THREADS, threads);
    }
    load_backends();
    const bool any = !wanted || !*wanted, named = !any && strcmp(wanted, cpu_device::name) == 0;
    if (named && !cpu_device::pays()) {
        fail(GTO_E_ARGUMENT,
             "device %s: this processor lacks the instructions of its kernels (AVX2 with FMA and F16C, or dot products "
             "of arm64); \"CPU\" has ggml's kernels",
             cpu_device::name);
    }
    const bool ours = named || (any && cpu_device::pays());
    const std::vector<ggml_backend_dev_t> devices = named_devices(any || named ? "CPU" : wanted);
    dev = devices.front();
    n_threads = threads > 0 ? threads : usable_processors();
    for (const ggml_backend_dev_t one : devices) {
        name += (name.empty() ? "" : ",") + std::string(ggml_backend_dev_name(one));
        description += (description.empty() ? "" : ", ") + std::string(ggml_backend_dev_description(one));
    }
    backend = ggml_backend_dev_init(dev, nullptr);
    if (!backend) fail(GTO_E_INTERNAL, "device %s can't be initialised", name.c_str());
    if (!is_cpu()) {
        offload.insert(offload.begin(), devices.begin(), devices.end());
        accelerator = find_accelerator(dev, why_no_drafts);
        if (accelerator) transfers_ = open_stream();
    }
    if (is_cpu()) {
        auto pool_new = cpu_function<ggml_threadpool_t (*)(ggml_threadpool_params *)>(dev, "ggml_threadpool_new");
        auto set_pool =
            cpu_function<void (*)(ggml_backend_t, ggml_threadpool_t)>(dev, "ggml_backend_cpu_set_threadpool");
        auto set_threads = cpu_function<ggml_backend_set_n_threads_t>(dev, "ggml_backend_set_n_threads");
        ggml_threadpool_params params = ggml_threadpool_params_default(n_threads);
        pool = pool_new(&params);
        if (!pool) {
            ggml_backend_free(backend);
            fail(GTO_E_INTERNAL, "no thread pool of %d threads", n_threads);
        }
        set_threads(backend, n_threads);
        set_pool(backend, pool);
        if (ours) {
            kernels = std::make_unique<cpu_device>(backend, n_threads);
            offload.insert(offload.begin(), kernels->device());
            name = cpu_device::name;
            description = available_devices().front().description;
        }
    }
}

gto_device::~gto_device() {
    if (lost_) return;
    ggml_backend_free(backend);
    if (pool) cpu_function<void (*)(ggml_threadpool_t)>(dev, "ggml_threadpool_free")(pool);
}

void gto_device::lose(const std::string & reason) {
    if (lost_) return;
    why_lost_ = reason;
    lost_ = true;
}

void gto_device::require_usable() const {
    if (!lost_) return;
    fail(GTO_E_INTERNAL, "device %s is lost, and with it what was opened on it: %s", name.c_str(), why_lost_.c_str());
}

gto_status gto_device_open(const char * name, int32_t n_threads, gto_device ** out) {
    return guard([&] {
        require(out != nullptr, "out is null");
        *out = new gto_device(name, n_threads);
    });
}

void gto_device_free(gto_device * device) { delete device; }
const char * gto_device_name(const gto_device * device) { return device ? device->name.c_str() : ""; }
const char * gto_device_description(const gto_device * device) { return device ? device->description.c_str() : ""; }
int32_t gto_device_threads(const gto_device * device) { return device ? device->n_threads : 0; }

bool gto_device_computes_drafts(const gto_device * device) {
    return device && (device->is_cpu() || device->is_accelerated());
}
const char * gto_device_why_no_drafts(const gto_device * device) {
    return device && !device->is_accelerated() ? device->why_no_drafts.c_str() : "";
}
int32_t gto_device_kind(const gto_device * device) { return device ? kind_of(device->dev) : GTO_DEVICE_CPU; }

static void tell(device_memory memory, int64_t * free, int64_t * total) {
    *free = memory.free;
    *total = memory.total;
}

gto_status gto_device_memory(const gto_device * device, int64_t * free, int64_t * total) {
    return guard([&] {
        require(device != nullptr, "device is null");
        require(free && total, "free or total is null");
        tell(memory_of(device->is_cpu() ? std::vector{device->dev} : device->gpus()), free, total);
    });
}

// Empty if there is none.
static std::optional<listed_device> available(int32_t i) {
    const std::vector<listed_device> all = available_devices();
    return i >= 0 && i < (int32_t) all.size() ? std::optional(all[(size_t) i]) : std::nullopt;
}

// What returns no status gives nothing where the list can't be made.
template <class T, class F> static T listed(int32_t i, T otherwise, F && of) {
    T value = otherwise;
    guard([&] {
        if (const auto device = available(i)) value = of(*device);
    });
    return value;
}

int32_t gto_available_devices(void) {
    int32_t n = 0;
    guard([&] { n = (int32_t) available_devices().size(); });
    return n;
}

const char * gto_available_device_name(int32_t i) {
    return listed(i, "", [](const listed_device & device) { return device.name; });
}

const char * gto_available_device_description(int32_t i) {
    return listed(i, "", [](const listed_device & device) { return device.description; });
}

int32_t gto_available_device_kind(int32_t i) {
    return listed(i, GTO_DEVICE_CPU, [](const listed_device & device) { return kind_of(device.dev); });
}

gto_status gto_available_device_memory(int32_t i, int64_t * free, int64_t * total) {
    return guard([&] {
        require(free && total, "free or total is null");
        const auto device = available(i);
        if (!device) require_within("i", i, 0, (int64_t) available_devices().size() - 1);
        tell(memory_of({device->dev}), free, total);
    });
}
