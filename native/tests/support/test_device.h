// The device that tests run on: GTO_TEST_DEVICE names it, else it is the default CPU.
#pragma once

#include "device/device.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace gto_test {

// Loads the library of a test device, which lies beside the test program, if the name is one's.
inline void load_test_device(const std::string & name) {
    const char * library = name == "GUARD0" ? "libggml-guard.so" : name == "SHIM0" ? "libggml-shim.so" : nullptr;
    if (!library) return;
    gto::load_backends(); // else ggml takes the test device for all that there are
    if (ggml_backend_dev_by_name(name.c_str())) return;
    const auto path = std::filesystem::read_symlink("/proc/self/exe").replace_filename(library);
    if (!ggml_backend_load(path.c_str())) throw std::runtime_error(path.string() + " can't be loaded");
}

// For gto_device_open; null: the default.
inline const char * test_device_name() {
    const char * name = getenv("GTO_TEST_DEVICE");
    if (!name || !*name) return nullptr;
    load_test_device(name);
    return name;
}

// The devices that a test of accelerators goes through: the one that GTO_TEST_DEVICE names, else those that stand for
// GPUs.
inline std::vector<std::string> accelerated_devices() {
    const char * name = getenv("GTO_TEST_DEVICE");
    return name && *name ? std::vector<std::string>{name} : std::vector<std::string>{"GUARD0", "SHIM0"};
}

} // namespace gto_test
