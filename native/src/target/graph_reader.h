// Reads features off the running graph.
#pragma once

#include "target/feature_reader.h"

namespace gto {

// The scheduler asks for every tensor whether it is wanted (cb_eval of the context). Behind one that is it cuts the
// graph, waits, and shows it. One whose memory nothing else gets (an output of the graph) needs no cut: it is noted
// when it is asked for, and read when the decode is done.
class graph_reader : public host_reader {
  public:
    enum class hidden_state {
        none,
        cut,  // the graph is cut behind it
        kept, // it is read after the decode, which must be one graph
    };

    // layers: of the taps, null = no taps.
    graph_reader(const gto_target & target, const int32_t * layers, hidden_state hidden);
    void prepare(llama_context_params & params) override;
    void begin(int32_t n_rows, int32_t n_outputs) override;
    void end() override;
    int64_t copied() const override { return copied_; }
    void row(int32_t row, int32_t rank, bool with_hidden, float * out) const override;

  private:
    struct part {
        std::string name; // of the tensor
        bool kept = false;
        const ggml_tensor * tensor = nullptr; // of a kept one: the last that was asked for
        std::vector<float> values;
        int32_t wanted = 0, rows = 0;
    };
    static bool on_tensor(ggml_tensor * tensor, bool ask, void * reader);
    bool wants(const ggml_tensor * tensor);
    void take(const ggml_tensor * tensor, part & into);

    int32_t n_embd_;
    int64_t copied_ = 0;
    std::vector<part> parts_; // the taps, then the hidden state
    bool hidden_;             // whether the last part is it
    std::string wrong_;       // first tensor of another shape than the probe saw
};

} // namespace gto
