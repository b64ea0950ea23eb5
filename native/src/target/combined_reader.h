// Reads taps in one way and the hidden state in another.
#pragma once

#include "target/feature_reader.h"

namespace gto {

class combined_reader : public host_reader {
  public:
    combined_reader(std::unique_ptr<host_reader> taps, std::unique_ptr<host_reader> hidden, int32_t n_embd);
    void prepare(llama_context_params & params) override;
    void attach(llama_context * context) override;
    void begin(int32_t n_rows, int32_t n_outputs) override;
    void end() override;
    int64_t copied() const override;
    void row(int32_t row, int32_t rank, bool with_hidden, float * out) const override;

  private:
    const std::unique_ptr<host_reader> taps_, hidden_;
    const size_t taps_width_;
};

} // namespace gto
