#include "target/taps.h"

#include "ggml-backend.h"

#include <cstring>

namespace gto {

void tap_reader::want_taps(const gto_target & target, const int32_t * layers) {
    n_embd_ = target.info.n_embd;
    for (int i = 0; i < 3; i++) {
        if (layers[i] < 0 || layers[i] >= target.info.n_layer) {
            fail(GTO_E_ARGUMENT, "tap_layers[%d]: expected 0..%d, found %d", i, target.info.n_layer - 1, layers[i]);
        }
        const std::string & name = target.taps.block_inputs[layers[i]];
        if (name.empty()) fail(GTO_E_ARGUMENT, "%s: the input of block %d of architecture %s can't be read", target.path.c_str(), layers[i], target.architecture.c_str());
        layer_names_.push_back(name);
    }
    layers_.resize(3);
}

void tap_reader::want_hidden(const gto_target & target) {
    n_embd_ = target.info.n_embd;
    if (target.taps.hidden.empty()) fail(GTO_E_ARGUMENT, "%s: the final hidden state of architecture %s can't be read", target.path.c_str(), target.architecture.c_str());
    hidden_name_ = target.taps.hidden;
}

void tap_reader::begin(int32_t n_rows, int32_t n_outputs) {
    n_rows_ = n_rows;
    n_outputs_ = n_outputs;
    copied_ = 0;
    for (part & p : layers_) {
        p.values.resize((size_t) n_rows * n_embd_);
        p.rows = 0;
    }
    if (hidden()) hidden_.values.resize((size_t) n_outputs * n_embd_);
    hidden_.rows = 0;
    wrong_.clear();
}

void tap_reader::end() const {
    if (!wrong_.empty()) fail(GTO_E_INTERNAL, "tensor %s has another shape than when the model was opened", wrong_.c_str());
    for (size_t i = 0; i < layers_.size(); i++) {
        if (layers_[i].rows != n_rows_) fail(GTO_E_INTERNAL, "tensor %s: expected %d rows, found %d", layer_names_[i].c_str(), n_rows_, layers_[i].rows);
    }
    if (hidden() && hidden_.rows != n_outputs_) fail(GTO_E_INTERNAL, "tensor %s: expected %d rows, found %d", hidden_name_.c_str(), n_outputs_, hidden_.rows);
}

void tap_reader::row(int32_t row, int32_t output, bool with_hidden, float * out) const {
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
bool tap_reader::wants(const char * name) const {
    if (strcmp(hidden_name_.c_str(), name) == 0) return true;
    for (const std::string & layer : layer_names_) {
        if (strcmp(layer.c_str(), name) == 0) return true;
    }
    return false;
}

void tap_reader::take(const ggml_tensor * tensor, part & into, int32_t limit) {
    const int64_t rows = tensor->ne[1];
    if (tensor->type != GGML_TYPE_F32 || tensor->ne[0] != n_embd_ || ggml_nrows(tensor) != rows || !ggml_is_contiguous(tensor) || into.rows + rows > limit) {
        wrong_ = tensor->name;
        return;
    }
    if (rows > 0) ggml_backend_tensor_get(tensor, into.values.data() + (size_t) into.rows * n_embd_, 0, ggml_nbytes(tensor));
    into.rows += (int32_t) rows;
}

bool tap_reader::on_tensor(ggml_tensor * tensor, bool ask, void * data) {
    tap_reader & reader = *(tap_reader *) data;
    if (ask) return reader.wants(tensor->name);
    const stopwatch copying(reader.copied_);
    for (size_t i = 0; i < reader.layers_.size(); i++) {
        if (reader.layer_names_[i] == tensor->name) reader.take(tensor, reader.layers_[i], reader.n_rows_);
    }
    if (reader.hidden_name_ == tensor->name) reader.take(tensor, reader.hidden_, reader.n_outputs_);
    return true;
}

} // namespace gto
