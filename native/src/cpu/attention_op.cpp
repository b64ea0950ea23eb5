#include "cpu/attention_op.h"

#include "device/barrier_note.h"

#include <cstring>

namespace gto {

namespace {

bool is_cache(const ggml_tensor * t) {
    const bool known =
        t->type == GGML_TYPE_F16 || t->type == GGML_TYPE_F32 || t->type == GGML_TYPE_BF16 || t->type == GGML_TYPE_Q8_0;
    return known && t->nb[0] == ggml_type_size(t->type);
}

const attention_kernel & kernel() { return *attention_kernels().front(); }

} // namespace

const ggml_tensor * attention_op::source(const ggml_tensor * cache) {
    const bool cast = cache->op == GGML_OP_CPY && cache->type == GGML_TYPE_F16 &&
                      cache->src[0]->type == GGML_TYPE_F32 && is_cache(cache->src[0]) &&
                      ggml_are_same_shape(cache, cache->src[0]);
    return cast ? cache->src[0] : cache;
}

bool attention_op::takes(const ggml_tensor * node) {
    if (node->op != GGML_OP_FLASH_ATTN_EXT) return false;
    const ggml_tensor *q = node->src[0], *mask = node->src[3], *sinks = node->src[4];
    return q->type == GGML_TYPE_F32 && q->nb[0] == sizeof(float) && is_cache(source(node->src[1])) &&
           is_cache(source(node->src[2])) &&
           (!mask ||
            (mask->type == GGML_TYPE_F16 && mask->ne[2] == 1 && (mask->ne[3] == 1 || mask->ne[3] == q->ne[3]))) &&
           (!sinks || sinks->type == GGML_TYPE_F32);
}

attention_problem attention_op::problem_of(const ggml_tensor * node) {
    const ggml_tensor *q = node->src[0], *k = source(node->src[1]), *v = source(node->src[2]), *mask = node->src[3],
                      *sinks = node->src[4];
    float params[3]; // scale, max_bias, soft_cap
    memcpy(params, node->op_params, sizeof params);
    attention_problem p = {};
    p.head_size = q->ne[0];
    p.value_size = v->ne[0];
    p.n_rows = q->ne[1];
    p.n_heads = q->ne[2];
    p.n_texts = q->ne[3];
    p.n_kv_heads = k->ne[2];
    p.n_cells = k->ne[1];
    p.q = (const char *) q->data;
    p.q_row = q->nb[1];
    p.q_head = q->nb[2];
    p.q_text = q->nb[3];
    p.k_type = k->type;
    p.v_type = v->type;
    p.k = (const char *) k->data;
    p.k_cell = k->nb[1];
    p.k_head = k->nb[2];
    p.k_text = k->nb[3];
    p.v = (const char *) v->data;
    p.v_cell = v->nb[1];
    p.v_head = v->nb[2];
    p.v_text = v->nb[3];
    if (mask) {
        p.mask = (const char *) mask->data;
        p.mask_row = mask->nb[1];
        p.mask_text = mask->ne[3] == 1 ? 0 : mask->nb[3];
    }
    p.sinks = sinks ? (const float *) sinks->data : nullptr;
    p.scale = params[0];
    p.max_bias = params[1];
    p.soft_cap = params[2];
    p.out = (char *) node->data;
    p.out_head = node->nb[1];
    p.out_row = node->nb[2];
    p.out_text = node->nb[3];
    return p;
}

size_t attention_op::scratch_bytes(const attention_problem & problem, int n_threads) {
    return kernel().scratch_bytes(problem, n_threads);
}

void attention_op::run(ggml_tensor *, int ith, int nth, void * data) {
    const between_barriers noted;
    struct meeting {
        thread_barrier * barrier;
        int nth;
    };
    attention_op & op = *(attention_op *) data;
    meeting all = {&op.barrier, nth};
    kernel().attend(
        op.problem, op.scratch->data(), ith, nth,
        [](void * m) { ((meeting *) m)->barrier->wait(((meeting *) m)->nth); }, &all);
}

} // namespace gto
