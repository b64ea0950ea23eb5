#include "target/session_memory.h"

#include "common/last_net.h"
#include "common/memory_room.h"
#include "target/device_memory.h"

#include "llama-ext.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

// What libllama notes of each cell: position, shift, and the sequences that it belongs to, as a set of bits.
constexpr int64_t note_bytes = 64;

using model_ptr = std::unique_ptr<llama_model, void (*)(llama_model *)>;
using context_ptr = std::unique_ptr<llama_context, void (*)(llama_context *)>;

// The model's shapes without its weights: contexts of it know what they would take, and take nothing.
model_ptr simulated_model(const std::string & path, llama_model_params params) {
    params.no_alloc = true;
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    return {llama_model_load_from_file(path.c_str(), params), llama_model_free};
}

int64_t cells(const llama_context_params & p) {
    const auto padded = [](int64_t n) { return (n + 255) / 256 * 256; };
    return p.kv_unified ? padded(p.n_ctx) : p.n_seq_max * padded(p.n_ctx / std::max(1u, p.n_seq_max));
}

// More than compute buffers take with the usual architectures: attention scores of all heads over all cells of a text,
// the widest rows of a block, logits.
double most_compute(const gto_target & target, const llama_context_params & p) {
    const gto_target_info & info = target.info;
    const double rows = std::min(p.n_batch, p.n_ctx), past = (double) cells(p) / (p.kv_unified ? 1 : p.n_seq_max);
    return 2.0 * sizeof(float) * rows *
           (past * (info.n_head + 2.0) + 4.0 * info.n_ff + 16.0 * info.n_embd + info.n_vocab);
}

int64_t simulated_compute(const gto_target & target, const llama_context_params & params) {
    last_net net(target.path);
    const model_ptr model = simulated_model(target.path, model_params(target));
    const context_ptr context(model ? llama_init_from_model(model.get(), params) : nullptr, llama_free);
    if (!context) {
        fail(GTO_E_MEMORY, "%s: no session of %u cells: %s", target.path.c_str(), params.n_ctx, net.reported().c_str());
    }
    int64_t bytes = 0;
    for (const auto & [type, data] : llama_get_memory_breakdown(context.get())) bytes += (int64_t) data.compute;
    return bytes;
}

} // namespace

void set_cell_bytes(gto_target & target, const llama_context * context) {
    int64_t all = 0, on_device = 0;
    for (const auto & [type, data] : llama_get_memory_breakdown(context)) {
        all += (int64_t) data.context;
        if (!ggml_backend_buft_is_host(type)) on_device += (int64_t) data.context;
    }
    const int64_t cells = std::max(1u, llama_n_ctx(context));
    target.cell_bytes = all / cells;
    target.device_cell_bytes = on_device / cells;
}

void require_session_memory(const gto_target & target, const llama_context_params & p) {
    char what[128];
    snprintf(what, sizeof what, ": a session of %u cells with %u rows a pass", p.n_ctx, p.n_batch);
    const std::string session = target.path + what;
    const auto cache_bytes = [&](int64_t f16_bytes) {
        return f16_bytes * (int64_t) ggml_type_size(p.type_k) / ggml_blck_size(p.type_k) /
               (int64_t) ggml_type_size(GGML_TYPE_F16);
    };
    if (!target.device->is_cpu()) {
        require_on_device(*target.device, session + " (keys and values alone)",
                          cells(p) * cache_bytes(target.device_cell_bytes));
        return;
    }
    const int64_t kept = cells(p) * (cache_bytes(target.cell_bytes) + note_bytes);
    const int64_t logits = (int64_t) p.n_seq_max * target.info.n_vocab * (int64_t) sizeof(float);
    require_memory(session + " (keys and values alone)", kept + logits);
    const auto room = room_for_memory();
    if (room && kept + logits + most_compute(target, p) > (double) room->bytes / 2) {
        require_memory(session, kept + logits + simulated_compute(target, p));
    }
}

void require_model_memory(const gto_target & target, int64_t file_bytes) {
    constexpr int64_t most_growth = 2; // packed, weights take less than twice what they take in the file
    const auto room = room_for_memory();
    if (!room || file_bytes <= room->bytes / most_growth) return;
    llama_context_params small = llama_context_default_params();
    small.n_ctx = small.n_batch = small.n_ubatch = 64;
    last_net net(target.path);
    const model_ptr model = simulated_model(target.path, model_params(target));
    const context_ptr context(model ? llama_init_from_model(model.get(), small) : nullptr, llama_free);
    if (!context) return; // loading it says why
    int64_t bytes = 0;
    for (const auto & [type, data] : llama_get_memory_breakdown(context.get())) {
        if (type != ggml_backend_cpu_buffer_type()) bytes += (int64_t) data.model;
    }
    require_memory(target.path + ": weights packed for this processor", bytes);
}

} // namespace gto
