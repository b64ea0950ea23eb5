#include "target/graph_reader.h"

#include "ggml-backend.h"

#include <cstring>

namespace gto {

graph_reader::graph_reader(const gto_target & target, const int32_t * layers, bool hidden)
    : n_embd_(target.info.n_embd) {
    for (int i = 0; layers && i < n_taps; i++) layer_names_.push_back(target.taps.block_inputs[layers[i]]);
    layers_.resize(layer_names_.size());
    if (hidden) hidden_name_ = target.taps.hidden;
}

void graph_reader::prepare(llama_context_params & params) {
    params.cb_eval = on_tensor;
    params.cb_eval_user_data = this;
}

void graph_reader::begin(int32_t n_rows, int32_t n_outputs) {
    n_rows_ = n_rows;
    n_outputs_ = n_outputs;
    copied_ = 0;
    for (part & p : layers_) {
        p.values.resize((size_t) n_rows * n_embd_);
        p.rows = 0;
    }
    if (!hidden_name_.empty()) hidden_.values.resize((size_t) n_outputs * n_embd_);
    hidden_.rows = 0;
    wrong_.clear();
}

void graph_reader::end() {
    if (!wrong_.empty()) {
        fail(GTO_E_INTERNAL, "tensor %s has another shape than when the model was opened", wrong_.c_str());
    }
    for (size_t i = 0; i < layers_.size(); i++) {
        if (layers_[i].rows != n_rows_) {
            fail(GTO_E_INTERNAL, "tensor %s: expected %d rows, found %d", layer_names_[i].c_str(), n_rows_,
                 layers_[i].rows);
        }
    }
    if (!hidden_name_.empty() && hidden_.rows != n_outputs_) {
        fail(GTO_E_INTERNAL, "tensor %s: expected %d rows, found %d", hidden_name_.c_str(), n_outputs_, hidden_.rows);
    }
}

void graph_reader::row(int32_t row, int32_t output, bool with_hidden, float * out) const {
    const size_t bytes = (size_t) n_embd_ * sizeof(float);
    for (const part & p : layers_) {
        memcpy(out, p.values.data() + (size_t) row * n_embd_, bytes);
        out += n_embd_;
    }
    if (!with_hidden) return;
    if (output < 0) {
        memset(out, 0, bytes);
    } else {
        memcpy(out, hidden_.values.data() + (size_t) output * n_embd_, bytes);
    }
}

// Asked of every node of every graph: strcmp ends at the first letter that differs.
bool graph_reader::wants(const char * name) const {
    if (strcmp(hidden_name_.c_str(), name) == 0) return true;
    for (const std::string & layer : layer_names_) {
        if (strcmp(layer.c_str(), name) == 0) return true;
    }
    return false;
}

void graph_reader::take(const ggml_tensor * tensor, part & into, int32_t limit) {
    const int64_t rows = tensor->ne[1];
    if (tensor->type != GGML_TYPE_F32 || tensor->ne[0] != n_embd_ || ggml_nrows(tensor) != rows ||
        !ggml_is_contiguous(tensor) || into.rows + rows > limit) {
        wrong_ = tensor->name;
        return;
    }
    if (rows > 0) {
        ggml_backend_tensor_get(tensor, into.values.data() + (size_t) into.rows * n_embd_, 0, ggml_nbytes(tensor));
    }
    into.rows += (int32_t) rows;
}

bool graph_reader::on_tensor(ggml_tensor * tensor, bool ask, void * data) {
    graph_reader & reader = *(graph_reader *) data;
    if (ask) return reader.wants(tensor->name);
    const stopwatch copying(reader.copied_);
    for (size_t i = 0; i < reader.layers_.size(); i++) {
        if (reader.layer_names_[i] == tensor->name) reader.take(tensor, reader.layers_[i], reader.n_rows_);
    }
    if (reader.hidden_name_ == tensor->name) reader.take(tensor, reader.hidden_, reader.n_outputs_);
    return true;
}

} // namespace gto
