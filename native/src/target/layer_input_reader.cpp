#include "target/layer_input_reader.h"

#include "llama-ext.h"

#include <algorithm>

namespace gto {

layer_input_reader::layer_input_reader(const gto_target & target, const int32_t * layers)
    : n_embd_(target.info.n_embd) {
    std::copy_n(layers, n_taps, layers_);
}

void layer_input_reader::attach(llama_context * context) {
    context_ = context;
    for (int32_t layer : layers_) llama_set_embeddings_layer_inp(context, (uint32_t) layer, true);
}

void layer_input_reader::end() {
    for (int i = 0; i < n_taps; i++) inputs_[i] = llama_get_embeddings_layer_inp(context_, (uint32_t) layers_[i]);
}

void layer_input_reader::row(int32_t row, int32_t, bool, float * out) const {
    for (int i = 0; i < n_taps; i++) out = std::copy_n(inputs_[i] + (size_t) row * n_embd_, n_embd_, out);
}

} // namespace gto
