// Reads features off the running graph.
#pragma once

#include "target/feature_reader.h"

namespace gto {

// The scheduler asks for every tensor whether it is wanted (cb_eval of the context) and shows those that are.
class graph_reader : public feature_reader {
  public:
    // layers: of the taps, null = no taps.
    graph_reader(const gto_target & target, const int32_t * layers, bool hidden);
    void prepare(llama_context_params & params) override;
    void begin(int32_t n_rows, int32_t n_outputs) override;
    void end() override;
    int64_t copied() const override { return copied_; }
    void row(int32_t row, int32_t output, bool with_hidden, float * out) const override;

  private:
    struct part {
        std::vector<float> values;
        int32_t rows = 0;
    };
    static bool on_tensor(ggml_tensor * tensor, bool ask, void * reader);
    bool wants(const char * name) const;
    void take(const ggml_tensor * tensor, part & into, int32_t limit);

    int32_t n_embd_, n_rows_ = 0, n_outputs_ = 0;
    int64_t copied_ = 0;
    std::vector<std::string> layer_names_;
    std::string hidden_name_; // empty: not wanted
    std::vector<part> layers_;
    part hidden_;
    std::string wrong_; // first tensor of another shape than the probe saw
};

} // namespace gto
