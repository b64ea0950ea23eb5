#include "target/graph_reader.h"

#include "ggml-backend.h"

#include <cstring>

namespace gto {

graph_reader::graph_reader(const gto_target & target, const int32_t * layers, hidden_state hidden)
    : n_embd_(target.info.n_embd), hidden_(hidden != hidden_state::none) {
    parts_.resize((layers ? n_taps : 0) + (hidden_ ? 1 : 0));
    for (int i = 0; layers && i < n_taps; i++) parts_[i].name = target.taps.block_inputs[layers[i]];
    if (hidden_) {
        parts_.back().name = target.taps.hidden;
        parts_.back().kept = hidden == hidden_state::kept;
    }
}

void graph_reader::prepare(llama_context_params & params) {
    params.cb_eval = on_tensor;
    params.cb_eval_user_data = this;
}

void graph_reader::begin(int32_t n_rows, int32_t n_outputs) {
    copied_ = 0;
    for (part & p : parts_) {
        p.wanted = hidden_ && &p == &parts_.back() ? n_outputs : n_rows;
        p.values.resize((size_t) p.wanted * n_embd_);
        p.rows = 0;
        p.tensor = nullptr;
    }
    wrong_.clear();
}

void graph_reader::end() {
    for (part & p : parts_) {
        if (p.tensor) take(p.tensor, p);
    }
    if (!wrong_.empty()) {
        fail(GTO_E_INTERNAL, "tensor %s has another shape than when the model was opened", wrong_.c_str());
    }
    for (const part & p : parts_) {
        if (p.rows != p.wanted) {
            fail(GTO_E_INTERNAL, "tensor %s: expected %d rows, found %d", p.name.c_str(), p.wanted, p.rows);
        }
    }
}

void graph_reader::row(int32_t row, int32_t rank, bool with_hidden, float * out) const {
    const size_t bytes = (size_t) n_embd_ * sizeof(float);
    const size_t n_tapped = parts_.size() - (hidden_ ? 1 : 0);
    for (size_t i = 0; i < n_tapped; i++, out += n_embd_) {
        memcpy(out, parts_[i].values.data() + (size_t) row * n_embd_, bytes);
    }
    if (!with_hidden) return;
    if (rank < 0) {
        memset(out, 0, bytes);
    } else {
        memcpy(out, parts_.back().values.data() + (size_t) rank * n_embd_, bytes);
    }
}

// Asked of every node of every graph: strcmp ends at the first letter that differs.
bool graph_reader::wants(const ggml_tensor * tensor) {
    bool cut = false;
    for (part & p : parts_) {
        if (strcmp(p.name.c_str(), tensor->name) != 0) continue;
        if (p.kept) {
            p.tensor = tensor;
        } else {
            cut = true;
        }
    }
    return cut;
}

void graph_reader::take(const ggml_tensor * tensor, part & into) {
    const int64_t rows = tensor->ne[1];
    if (tensor->type != GGML_TYPE_F32 || tensor->ne[0] != n_embd_ || ggml_nrows(tensor) != rows ||
        !ggml_is_contiguous(tensor) || into.rows + rows > into.wanted) {
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
    if (ask) return reader.wants(tensor);
    const stopwatch copying(reader.copied_);
    for (part & p : reader.parts_) {
        if (!p.kept && p.name == tensor->name) reader.take(tensor, p);
    }
    return true;
}

} // namespace gto
