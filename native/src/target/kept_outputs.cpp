#include "target/kept_outputs.h"

#include "device/record.h"
#include "target/logit_kernels.h"

namespace gto {

// What libllama knows of a sequence's sampler. It never draws: apply() is for candidates on the host, which it has not.
struct kept_outputs::sampler {
    static const char * name(const llama_sampler *) { return "kept outputs"; }
    static void apply(llama_sampler *, llama_token_data_array *) {}
    static bool init_on_device(llama_sampler *, ggml_backend_buffer_type_t, uint32_t) { return true; }
    static void begin_graph(llama_sampler * of) { ((kept_outputs *) of->ctx)->seen_ = false; }
    static void see_graph(llama_sampler * of, ggml_context *, ggml_cgraph * graph, llama_sampler_data * data) {
        ((kept_outputs *) of->ctx)->see(graph, data->logits);
        data->logits = nullptr; // nothing of it comes to the host
    }
    static llama_sampler_i functions() {
        llama_sampler_i f = {};
        f.name = name;
        f.apply = apply;
        f.backend_init = init_on_device;
        f.backend_reset = begin_graph;
        f.backend_apply = see_graph;
        return f;
    }
};

kept_outputs::~kept_outputs() {
    for (llama_sampler * s : samplers_) llama_sampler_free(s);
}

int32_t kept_outputs::keep(const std::string & name) {
    names_.push_back(name);
    return (int32_t) names_.size() - 1;
}

void kept_outputs::prepare(llama_context_params & params) const { params.n_outputs_max_per_seq = params.n_outputs_max; }

void kept_outputs::attach(llama_context * context, int32_t n_seq_max, int32_t n_vocab) {
    static llama_sampler_i functions = sampler::functions();
    n_vocab_ = n_vocab;
    for (int32_t seq = 0; seq < n_seq_max; seq++) {
        samplers_.push_back(llama_sampler_chain_init(llama_sampler_chain_default_params()));
        llama_sampler_chain_add(samplers_.back(), llama_sampler_init(&functions, this));
        if (!llama_set_sampler(context, seq, samplers_.back())) {
            fail(GTO_E_INTERNAL, "libllama takes no sampler for sequence %d", seq);
        }
    }
}

// Each sequence's sampler is shown each of its rows of logits: a view of the whole with one more row.
void kept_outputs::see(ggml_cgraph * graph, const ggml_tensor * logits) {
    const ggml_tensor * padded = logits->view_src;
    if (seen_ || !padded || padded->op != GGML_OP_PAD) return;
    seen_ = true;
    logits_ = padded->src[0];
    kept_.clear();
    for (const std::string & name : names_) {
        ggml_tensor * tensor = ggml_graph_get_tensor(graph, name.c_str());
        kept_.push_back(tensor);
        if (!tensor) continue;
        ggml_set_output(tensor);
        if (tensor->view_src) ggml_set_output(tensor->view_src);
    }
}

void kept_outputs::begin(int32_t n_outputs) {
    n_outputs_ = n_outputs;
    greatest_.clear();
    here_rank_ = -1;
}

matrix kept_outputs::there(const ggml_tensor * tensor, int64_t rows, int64_t cols) {
    if (tensor->type != GGML_TYPE_F32 || tensor->ne[0] != cols || ggml_nrows(tensor) != rows ||
        !ggml_is_contiguous(tensor)) {
        fail(GTO_E_INTERNAL, "tensor %s: expected %lld rows of %lld values, found %lld of %lld", tensor->name,
             (long long) rows, (long long) cols, (long long) ggml_nrows(tensor), (long long) tensor->ne[0]);
    }
    const ggml_backend_buffer_t buffer = tensor->view_src ? tensor->view_src->buffer : tensor->buffer;
    float * data = (float *) tensor->data;
    if (ggml_backend_buffer_get_type(buffer) != queue_.device().buffer_type()) {
        std::vector<float> here(ggml_nelements(tensor));
        ggml_backend_tensor_get(tensor, here.data(), 0, ggml_nbytes(tensor));
        data = const_cast<float *>(queue_.here(here));
    }
    return dense(data, rows, cols);
}

matrix kept_outputs::rows(int32_t index, int64_t rows, int64_t cols) {
    const ggml_tensor * tensor = kept_.at((size_t) index);
    if (!tensor) fail(GTO_E_INTERNAL, "a pass had no tensor %s", names_[index].c_str());
    return there(tensor, rows, cols);
}

matrix kept_outputs::logits() {
    if (!logits_) fail(GTO_E_INTERNAL, "a pass had no logits");
    return there(logits_, n_outputs_, n_vocab_);
}

const float * kept_outputs::logits_here(int32_t rank) {
    if (rank == here_rank_) return here_.data();
    here_.resize((size_t) n_vocab_);
    const size_t bytes = here_.size() * sizeof(float);
    ggml_backend_tensor_get(logits_, here_.data(), (size_t) rank * bytes, bytes);
    here_rank_ = rank;
    return here_.data();
}

int32_t kept_outputs::greatest(int32_t rank) {
    if (greatest_.empty()) {
        const queue::recording whole(queue_);
        std::vector<int32_t> ids((size_t) n_outputs_);
        record_rows(queue_, n_outputs_, greatest_rows{logits().data, n_vocab_, queue_.back(ids.data(), ids.size())});
        queue_.run();
        greatest_ = std::move(ids);
    }
    return greatest_[(size_t) rank];
}

void kept_outputs::probabilities(const std::vector<int32_t> & ranks, const std::vector<int32_t> & begin,
                                 const int32_t * tokens, float temperature, float * p) {
    if (ranks.empty()) return;
    const queue::recording whole(queue_);
    const size_t n = (size_t) begin.back();
    record_rows(queue_, (int64_t) ranks.size(),
                probability_rows{logits().data, n_vocab_, queue_.here(ranks), queue_.here(begin),
                                 queue_.here(tokens, n), queue_.back(p, n), temperature});
    queue_.run();
}

} // namespace gto
