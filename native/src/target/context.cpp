#include "target/context.h"

namespace gto {

llama_context_params context_params(const gto_target & target) {
    llama_context_params params = llama_context_default_params();
    params.n_threads = params.n_threads_batch = target.device->n_threads;
    params.kv_unified = true;
    params.swa_full = true;
    params.no_perf = true;
    const bool ggml_cpu = target.device->is_cpu() && !target.uses_kernels();
    // On ggml's CPU flash attention takes a batch row by row: 32 rows behind 2000 tokens took three times as long with
    // it. Where each text gives a row it is a fifth faster, but it adds up F16 values in half precision
    // (many_texts_test finds it).
    if (ggml_cpu) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    if (target.uses_kernels()) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.offload_kqv = !ggml_cpu;
    params.op_offload = !target.device->is_cpu();
    return params;
}

context_ptr open_context(const gto_target & target, const llama_context_params & params) {
    std::lock_guard<std::recursive_mutex> lock(target.device->mutex);
    context_ptr context(llama_init_from_model(target.model.get(), params), llama_free);
    if (context && target.device->pool) {
        llama_attach_threadpool(context.get(), target.device->pool, target.device->pool);
    }
    return context;
}

} // namespace gto
