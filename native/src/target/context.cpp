#include "target/context.h"

#include "common/range.h"

namespace gto {

namespace {

ggml_type type_of(int32_t cache) {
    switch (cache) {
        case GTO_CACHE_F32: return GGML_TYPE_F32;
        case GTO_CACHE_BF16: return GGML_TYPE_BF16;
        case GTO_CACHE_Q8_0: return GGML_TYPE_Q8_0;
        default: return GGML_TYPE_F16;
    }
}

bool on_ggml_cpu(const gto_target & target) { return target.device->is_cpu() && !target.uses_kernels(); }

llama_flash_attn_type flash_attention(const gto_target & target, const cache_options & cache) {
    if (cache.flash_attention == GTO_FLASH_ATTENTION_ON) return LLAMA_FLASH_ATTN_TYPE_ENABLED;
    if (cache.flash_attention == GTO_FLASH_ATTENTION_OFF) return LLAMA_FLASH_ATTN_TYPE_DISABLED;
    if (target.uses_kernels() || ggml_is_quantized(type_of(cache.type))) return LLAMA_FLASH_ATTN_TYPE_ENABLED;
    // On ggml's CPU flash attention takes a batch row by row: 32 rows behind 2000 tokens took three times as long with
    // it. Where each text gives a row it is a fifth faster, but it adds up F16 values in half precision
    // (many_texts_test finds it).
    return on_ggml_cpu(target) ? LLAMA_FLASH_ATTN_TYPE_DISABLED : LLAMA_FLASH_ATTN_TYPE_AUTO;
}

} // namespace

void check_cache(const gto_target & target, const cache_options & cache) {
    require_within("cache_type", cache.type, GTO_CACHE_F16, GTO_CACHE_Q8_0);
    require_within("flash_attention", cache.flash_attention, GTO_FLASH_ATTENTION_AUTO, GTO_FLASH_ATTENTION_OFF);
    const ggml_type type = type_of(cache.type);
    if (!ggml_is_quantized(type)) return;
    if (cache.flash_attention == GTO_FLASH_ATTENTION_OFF) {
        fail(GTO_E_ARGUMENT, "cache_type: Q8_0 needs flash attention; expected F16, F32 or BF16 without it");
    }
    if (target.info.head_dim % ggml_blck_size(type) != 0) {
        fail(GTO_E_ARGUMENT, "cache_type: Q8_0 needs heads whose width is a multiple of %lld; %s has heads of width %d",
             (long long) ggml_blck_size(type), target.path.c_str(), target.info.head_dim);
    }
}

llama_context_params context_params(const gto_target & target, const cache_options & cache) {
    llama_context_params params = llama_context_default_params();
    params.n_threads = params.n_threads_batch = target.device->n_threads;
    params.kv_unified = true;
    params.swa_full = true;
    params.no_perf = true;
    params.type_k = params.type_v = type_of(cache.type);
    params.flash_attn_type = flash_attention(target, cache);
    params.offload_kqv = !on_ggml_cpu(target);
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
