#include "device/find_accelerator.h"

#include "device/backends.h"
#include "kernel/kernel_list.h"

#include <cstring>
#include <dlfcn.h>

namespace gto {

namespace {

using table_function = const accelerator * (*) ();

// It lies where this library does, and stays loaded.
table_function function_of_library(const char * name, std::string & why) {
    const std::string folder = folder_of_library((const void *) &find_accelerator);
    const std::string path = folder.empty() ? name : folder + "/" + name;
    void * library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char * error = dlerror();
        why = std::string(name) + " can't be loaded: " + (error ? error : "unknown error");
        return nullptr;
    }
    const auto function = (table_function) dlsym(library, accelerator_symbol);
    if (!function) why = path + " has no " + accelerator_symbol;
    return function;
}

} // namespace

const accelerator * find_accelerator(ggml_backend_dev_t device, std::string & why) {
    const ggml_backend_reg_t backend = ggml_backend_dev_backend_reg(device);
    auto function = (table_function) ggml_backend_reg_get_proc_address(backend, accelerator_symbol);
    if (!function) {
        why = std::string("gto4j has no kernels for ") + ggml_backend_reg_name(backend);
        if (strcmp(ggml_backend_reg_name(backend), "CUDA") == 0)
            function = function_of_library("libgto4j-cuda.so", why);
    }
    if (!function) return nullptr;
    const accelerator * table = function();
    if (table->version != accelerator::current_version || table->kernels != kernel_list::count) {
        why = "its kernels are of another version of gto4j";
        return nullptr;
    }
    return table;
}

int32_t index_of(ggml_backend_dev_t device) {
    const ggml_backend_reg_t backend = ggml_backend_dev_backend_reg(device);
    const size_t n = ggml_backend_reg_dev_count(backend);
    for (size_t i = 0; i < n; i++) {
        if (ggml_backend_reg_dev_get(backend, i) == device) return (int32_t) i;
    }
    return 0;
}

} // namespace gto
