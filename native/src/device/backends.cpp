#include "device/backends.h"

#include "common/status.h"

#include "ggml-backend.h"

#include <cctype>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <mutex>
#include <vector>

namespace fs = std::filesystem;

namespace gto {

namespace {

constexpr char variable[] = "GTO4J_BACKENDS";

struct kind {
    const char *devices, *module, *hint;
};

// Whose devices have which names, and whose module is which.
constexpr kind kinds[] = {
    {"cuda", "libggml-cuda.so", "the jar with the classifier linux-x86_64-gpu has it"},
    {"vulkan", "libggml-vulkan.so", "llama.cpp's own builds have it"},
    {"rocm", "libggml-hip.so", "llama.cpp's own builds have it"},
    {"sycl", "libggml-sycl.so", "llama.cpp's own builds have it"},
};

std::string lower(std::string text) {
    for (char & c : text) c = (char) tolower((unsigned char) c);
    return text;
}

bool starts_with(const std::string & text, const std::string & start) {
    return text.compare(0, start.size(), start) == 0;
}

// libggml's folder need not be the program's. Empty if it can't be told.
std::string ggml_folder() { return folder_of_library(dlsym(RTLD_DEFAULT, "ggml_backend_load_all_from_path")); }

std::string further_folder() {
    const char * folder = getenv(variable);
    return folder ? folder : "";
}

// The CPU's are libggml's own.
bool is_further_module(const std::string & name) {
    return starts_with(name, "libggml-") && fs::path(name).extension() == ".so" && !starts_with(name, "libggml-cpu") &&
           !starts_with(name, "libggml-base");
}

void load_further(const std::string & folder) {
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) {
        fail(GTO_E_ARGUMENT, "%s: expected a folder with ggml backends, found \"%s\"", variable, folder.c_str());
    }
    if (fs::equivalent(folder, ggml_folder(), failed)) return;
    for (const auto & file : fs::directory_iterator(folder, failed)) {
        if (is_further_module(file.path().filename().string())) ggml_backend_load(file.path().c_str());
    }
}

// The first folder that isn't refused. A lock rather than std::call_once: under the thread sanitizer a call_once that
// once threw never returns again.
void load_further_once() {
    static std::mutex lock;
    static bool loaded = false;
    const std::string folder = further_folder();
    const std::lock_guard guard(lock);
    if (folder.empty() || loaded) return;
    load_further(folder);
    loaded = true;
}

bool any_device_like(const std::string & start) {
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        if (starts_with(lower(ggml_backend_dev_name(ggml_backend_dev_get(i))), start)) return true;
    }
    return false;
}

std::string why_not(const fs::path & module) {
    dlerror();
    if (void * library = dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        dlclose(library);
        return ": " + module.string() + " is there, but finds no such device: is its driver installed?";
    }
    const char * reason = dlerror();
    return ": " + module.string() + " can't be loaded: " + (reason ? reason : "no reason is known");
}

} // namespace

std::string folder_of_library(const void * symbol) {
    Dl_info info;
    return dladdr(symbol, &info) && info.dli_fname ? fs::path(info.dli_fname).parent_path().string() : "";
}

void load_backends() {
    static std::once_flag own;
    std::call_once(own, [] {
        if (ggml_backend_dev_count() > 0) return;
        const std::string folder = ggml_folder();
        if (!folder.empty()) ggml_backend_load_all_from_path(folder.c_str());
        if (ggml_backend_dev_count() == 0) ggml_backend_load_all();
    });
    load_further_once();
}

std::string missing_backend(const std::string & device) {
    for (const kind & k : kinds) {
        if (!starts_with(lower(device), k.devices)) continue;
        if (any_device_like(k.devices)) return "";
        for (const std::string & folder : {further_folder(), ggml_folder()}) {
            std::error_code failed;
            const fs::path module = fs::path(folder) / k.module;
            if (!folder.empty() && fs::exists(module, failed)) return why_not(module);
        }
        return std::string(": there is no ") + k.module + " beside libggml or in the folder of " + variable + "; " +
               k.hint;
    }
    return "";
}

} // namespace gto
