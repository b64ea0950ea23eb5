#include "target/combined_reader.h"

namespace gto {

combined_reader::combined_reader(std::unique_ptr<host_reader> taps, std::unique_ptr<host_reader> hidden, int32_t n_embd)
    : taps_(std::move(taps)), hidden_(std::move(hidden)), taps_width_((size_t) n_taps * n_embd) {}

void combined_reader::prepare(llama_context_params & params) {
    taps_->prepare(params);
    hidden_->prepare(params);
}

void combined_reader::attach(llama_context * context) {
    taps_->attach(context);
    hidden_->attach(context);
}

void combined_reader::begin(int32_t n_rows, int32_t n_outputs) {
    taps_->begin(n_rows, n_outputs);
    hidden_->begin(n_rows, n_outputs);
}

void combined_reader::end() {
    taps_->end();
    hidden_->end();
}

int64_t combined_reader::copied() const { return taps_->copied() + hidden_->copied(); }

void combined_reader::row(int32_t row, int32_t rank, bool with_hidden, float * out) const {
    taps_->row(row, rank, false, out);
    if (with_hidden) hidden_->row(row, rank, true, out + taps_width_);
}

} // namespace gto
