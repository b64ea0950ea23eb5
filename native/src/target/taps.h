// Reads the features of a decode off the running graph.
#pragma once

#include "target/target.h"

namespace gto {

// The scheduler asks for every tensor whether it is wanted (cb_eval of the context) and shows those that are. Works for every
// architecture that the probe could read; libllama's own call for block inputs ends the process where it isn't implemented.
class tap_reader {
  public:
    void want_taps(const gto_target & target, const int32_t * layers);
    void want_hidden(const gto_target & target);
    bool taps() const { return !layer_names_.empty(); }
    bool hidden() const { return !hidden_name_.empty(); }

    // Before and after a decode of n_rows rows, n_outputs of them with output.
    void begin(int32_t n_rows, int32_t n_outputs);
    void end() const;
    // Time that copying took since begin(), ns.
    int64_t copied() const { return copied_; }

    // Writes [taps | hidden] of a row; output = its rank among the rows with output, -1 = none (hidden is zero).
    void row(int32_t row, int32_t output, bool with_hidden, float * out) const;

    // For llama_context_params.cb_eval; data is the tap_reader.
    static bool on_tensor(ggml_tensor * tensor, bool ask, void * data);

  private:
    struct part {
        std::vector<float> values;
        int32_t rows = 0;
    };
    bool wants(const char * name) const;
    void take(const ggml_tensor * tensor, part & into, int32_t limit);

    int32_t n_embd_ = 0, n_rows_ = 0, n_outputs_ = 0;
    int64_t copied_ = 0;
    std::vector<std::string> layer_names_;
    std::string hidden_name_;
    std::vector<part> layers_;
    part hidden_;
    std::string wrong_; // first tensor of another shape than the probe saw
};

} // namespace gto
