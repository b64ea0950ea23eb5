#include "target/weights.h"

#include "cpu/packed_buffer.h"

#include <unordered_set>

namespace gto {

namespace {

int64_t & place_of(const ggml_tensor * weight, gto_target_loading & loading) {
    const ggml_backend_buffer_type_t type = ggml_backend_buffer_get_type(weight->buffer);
    return is_packed(type)                   ? loading.n_bytes_packed
           : ggml_backend_buft_is_host(type) ? loading.n_bytes_mapped
                                             : loading.n_bytes_moved;
}

bool is_weight(const ggml_tensor * t) {
    return t->buffer && ggml_backend_buffer_get_usage(t->buffer) == GGML_BACKEND_BUFFER_USAGE_WEIGHTS;
}

} // namespace

void count_weights(ggml_cgraph * graph, gto_target_loading & loading) {
    std::unordered_set<const ggml_tensor *> seen;
    for (int i = 0; i < ggml_graph_n_nodes(graph); i++) {
        for (const ggml_tensor * source : ggml_graph_node(graph, i)->src) {
            if (!source) continue;
            const ggml_tensor * weight = source->view_src ? source->view_src : source;
            if (!is_weight(weight) || !seen.insert(weight).second) continue;
            place_of(weight, loading) +=
                (int64_t) ggml_backend_buft_get_alloc_size(ggml_backend_buffer_get_type(weight->buffer), weight);
        }
    }
}

} // namespace gto
