#include "target/device_memory.h"

#include "common/gguf_file.h"
#include "common/memory_room.h"
#include "device/device_list.h"

#include <cstdio>
#include <cstring>

namespace gto {

namespace {

bool is_output(const ggml_tensor * t) { return strncmp(t->name, "output", 6) == 0; }

// libllama puts the last layers on the device, the output layer as the last of all; the embedding stays with the CPU
// and is there twice if it is the head, too.
int64_t bytes_on_device(const gguf_file & file, int64_t n_layer, int64_t n_gpu_layers) {
    const int64_t first = n_gpu_layers < 0 ? 0 : n_layer + 1 - n_gpu_layers;
    const bool tied = file.find("output.weight") == nullptr;
    int64_t bytes = 0;
    for (const ggml_tensor * t : file.tensors()) {
        int layer = 0;
        const bool in_layer = sscanf(t->name, "blk.%d.", &layer) == 1;
        const bool head = is_output(t) || (tied && strcmp(t->name, "token_embd.weight") == 0);
        if (in_layer ? layer >= first : head && first <= n_layer) bytes += (int64_t) ggml_nbytes(t);
    }
    return bytes;
}

} // namespace

void require_on_device(const gto_device & device, const std::string & what, int64_t bytes) {
    const device_memory memory = memory_of(device.gpus());
    if (memory.free < 0 || bytes <= memory.free) return;
    fail(GTO_E_MEMORY, "%s: %s needed on %s, %s of %s are free there", what.c_str(), in_bytes(bytes).c_str(),
         device.name.c_str(), in_bytes(memory.free).c_str(), in_bytes(memory.total).c_str());
}

void require_device_memory(const gto_target & target) {
    const gguf_file file(target.path);
    const int64_t n_layer = file.last_integer("block_count"), wanted = target.options.n_gpu_layers;
    require_on_device(*target.device,
                      target.path + ": " + (wanted < 0 ? "all" : std::to_string(wanted)) + " layers (n_gpu_layers)",
                      bytes_on_device(file, n_layer, wanted));
}

} // namespace gto
