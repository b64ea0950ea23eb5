#include "device/device.h"

#include "common/processors.h"
#include "device/find_accelerator.h"

#include <cstring>
#include <dlfcn.h>
#include <vector>

using namespace gto;

// libggml's folder need not be the program's.
void gto::load_backends() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (ggml_backend_dev_count() > 0) return;
        Dl_info info;
        if (dladdr(dlsym(RTLD_DEFAULT, "ggml_backend_load_all_from_path"), &info) && info.dli_fname) {
            const std::string libggml = info.dli_fname;
            ggml_backend_load_all_from_path(libggml.substr(0, libggml.rfind('/')).c_str());
        }
        if (ggml_backend_dev_count() == 0) ggml_backend_load_all();
    });
}

template <class F> static F cpu_function(ggml_backend_dev_t dev, const char * name) {
    auto f = (F) ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(dev), name);
    if (!f) fail(GTO_E_INTERNAL, "this ggml has no %s", name);
    return f;
}

static std::string description_of_kernels(ggml_backend_dev_t cpu) {
    return ggml_backend_dev_description(cpu) + (" (" + cpu_device::kernels() + ")");
}

namespace {

struct listed {
    const char *name, *description;
};

} // namespace

// Ours where it pays, then ggml's, the CPU first.
static std::vector<listed> available() {
    load_backends();
    std::vector<listed> all;
    const ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (cpu && cpu_device::pays()) {
        static const std::string description = description_of_kernels(cpu);
        all.push_back({cpu_device::name, description.c_str()});
    }
    if (cpu) all.push_back({ggml_backend_dev_name(cpu), ggml_backend_dev_description(cpu)});
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        const ggml_backend_dev_t other = ggml_backend_dev_get(i);
        if (other != cpu) all.push_back({ggml_backend_dev_name(other), ggml_backend_dev_description(other)});
    }
    return all;
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
    dev = any || named ? ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) : ggml_backend_dev_by_name(wanted);
    if (!dev) {
        std::string known;
        for (const listed & device : available()) known += (known.empty() ? "" : ", ") + std::string(device.name);
        fail(GTO_E_ARGUMENT, "no device \"%s\"; found: %s", any ? "CPU" : wanted, known.c_str());
    }
    n_threads = threads > 0 ? threads : usable_processors();
    name = ggml_backend_dev_name(dev);
    description = ggml_backend_dev_description(dev);
    backend = ggml_backend_dev_init(dev, nullptr);
    if (!backend) fail(GTO_E_INTERNAL, "device %s can't be initialised", name.c_str());
    if (!is_cpu()) {
        offload[0] = dev;
        accelerator = find_accelerator(dev, no_accelerator);
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
            offload[0] = kernels->device();
            name = cpu_device::name;
            description = description_of_kernels(dev);
        }
    }
}

gto_device::~gto_device() {
    ggml_backend_free(backend);
    if (pool) cpu_function<void (*)(ggml_threadpool_t)>(dev, "ggml_threadpool_free")(pool);
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

int32_t gto_available_devices(void) { return (int32_t) available().size(); }

const char * gto_available_device_name(int32_t i) {
    const std::vector<listed> all = available();
    return i >= 0 && i < (int32_t) all.size() ? all[i].name : "";
}

const char * gto_available_device_description(int32_t i) {
    const std::vector<listed> all = available();
    return i >= 0 && i < (int32_t) all.size() ? all[i].description : "";
}
