#include "device/device_list.h"

#include "common/memory_room.h"
#include "common/status.h"
#include "cpu/cpu_device.h"
#include "device/backends.h"

#include "gto4j/device.h"

#include <algorithm>

namespace gto {

namespace {

ggml_backend_dev_t cpu() { return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU); }

bool is_cpu(ggml_backend_dev_t dev) { return ggml_backend_dev_type(dev) == GGML_BACKEND_DEVICE_TYPE_CPU; }

std::string stripped(const std::string & text) {
    const size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::vector<std::string> separated(const std::string & names) {
    std::vector<std::string> parts;
    for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
        end = names.find(',', begin);
        parts.push_back(stripped(names.substr(begin, end == std::string::npos ? end : end - begin)));
    }
    return parts;
}

ggml_backend_dev_t named(const std::string & name) {
    if (ggml_backend_dev_t dev = ggml_backend_dev_by_name(name.c_str())) return dev;
    std::string known;
    for (const listed_device & device : available_devices())
        known += (known.empty() ? "" : ", ") + std::string(device.name);
    fail(GTO_E_ARGUMENT, "no device \"%s\"; found: %s%s", name.c_str(), known.c_str(), missing_backend(name).c_str());
}

} // namespace

std::vector<listed_device> available_devices() {
    load_backends();
    std::vector<listed_device> all;
    if (cpu() && cpu_device::pays()) {
        static const std::string description =
            ggml_backend_dev_description(cpu()) + (" (" + cpu_device::kernels() + ")");
        all.push_back({cpu(), cpu_device::name, description.c_str()});
    }
    const auto add = [&](ggml_backend_dev_t dev) {
        all.push_back({dev, ggml_backend_dev_name(dev), ggml_backend_dev_description(dev)});
    };
    if (cpu()) add(cpu());
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        const ggml_backend_dev_t other = ggml_backend_dev_get(i);
        if (other != cpu()) add(other);
    }
    return all;
}

std::vector<ggml_backend_dev_t> named_devices(const std::string & names) {
    std::vector<ggml_backend_dev_t> devices;
    const std::vector<std::string> parts = separated(names);
    for (const std::string & name : parts) {
        const bool ours = name == cpu_device::name;
        const ggml_backend_dev_t dev = ours ? cpu() : named(name);
        if (parts.size() > 1 && (ours || is_cpu(dev))) {
            fail(GTO_E_ARGUMENT, "devices \"%s\": expected GPUs alone, found %s, which computes what they don't anyway",
                 names.c_str(), name.c_str());
        }
        if (std::find(devices.begin(), devices.end(), dev) != devices.end()) {
            fail(GTO_E_ARGUMENT, "devices \"%s\": %s is named twice", names.c_str(), name.c_str());
        }
        devices.push_back(dev);
    }
    return devices;
}

int32_t kind_of(ggml_backend_dev_t dev) {
    switch (ggml_backend_dev_type(dev)) {
        case GGML_BACKEND_DEVICE_TYPE_CPU: return GTO_DEVICE_CPU;
        case GGML_BACKEND_DEVICE_TYPE_GPU: return GTO_DEVICE_GPU;
        case GGML_BACKEND_DEVICE_TYPE_IGPU: return GTO_DEVICE_INTEGRATED_GPU;
        default: return GTO_DEVICE_OTHER;
    }
}

device_memory memory_of(const std::vector<ggml_backend_dev_t> & devices) {
    device_memory sum = {0, 0};
    for (const ggml_backend_dev_t dev : devices) {
        size_t free = 0, total = 0;
        ggml_backend_dev_memory(dev, &free, &total);
        if (is_cpu(dev)) {
            const auto room = room_for_memory();
            return {room ? room->bytes : -1, (int64_t) total};
        }
        if (total == 0) return {-1, -1};
        sum.free += (int64_t) free;
        sum.total += (int64_t) total;
    }
    return sum;
}

} // namespace gto
