// Reads taps from libllama's own block inputs.
#pragma once

#include "target/feature_reader.h"

namespace gto {

// libllama keeps the block inputs in its graph and copies them out with the logits. Asking an architecture that doesn't
// hand them out ends in one of its assertions: only for targets with taps.layer_inputs.
class layer_input_reader : public host_reader {
  public:
    layer_input_reader(const gto_target & target, const int32_t * layers);
    void attach(llama_context * context) override;
    void begin(int32_t, int32_t) override {}
    void end() override;
    void row(int32_t row, int32_t rank, bool with_hidden, float * out) const override;

  private:
    int32_t n_embd_;
    int32_t layers_[n_taps];
    llama_context * context_ = nullptr;
    const float * inputs_[n_taps] = {}; // rows of the last decode, libllama's until the next
};

} // namespace gto
