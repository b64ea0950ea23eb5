// Reads the features of a session's decodes.
#pragma once

#include "target/features.h"
#include "target/kept_outputs.h"
#include "target/target.h"

#include "gto4j/session.h"

namespace gto {

// On an accelerated device a device_reader copies what a pass leaves there. Elsewhere there are two ways, with the same
// values bit by bit:
// - layer_input_reader asks libllama for block inputs; the graph runs in one piece. Only where the architecture hands
//   them out, and taps alone.
// - graph_reader watches the running graph, wherever the probe found the tensors. The scheduler cuts the graph behind a
//   tensor that is wanted, and waits there; not behind a hidden state that outlasts the pass.
// combined_reader takes the taps from the one and the hidden state from the other.
class feature_reader {
  public:
    virtual ~feature_reader() = default;

    // Before and after the session's context is opened.
    virtual void prepare(llama_context_params &) {}
    virtual void attach(llama_context *) {}

    // Before and after a decode of n_rows rows, n_outputs of them with output; after one that failed there is no end().
    virtual void begin(int32_t n_rows, int32_t n_outputs) = 0;
    virtual void end() = 0;
    // Time within llama_decode that copying took since begin(), ns.
    virtual int64_t copied() const { return 0; }

    // Appends [taps | hidden] of rows of the last decode; ranks: of each among the rows with output, -1 = none (hidden
    // is zero).
    virtual void capture(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks,
                         gto_features & features) = 0;
};

// One whose values lie in the host's memory.
class host_reader : public feature_reader {
  public:
    void capture(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks,
                 gto_features & features) override;
    // Writes [taps | hidden] of a row.
    virtual void row(int32_t row, int32_t rank, bool with_hidden, float * out) const = 0;
};

// The reader of what the options ask for, null if that is nothing. `kept`: what passes leave on the device; null:
// nothing. Fails with GTO_E_ARGUMENT: a tap outside 0..n_layer-1, or a tensor that this architecture's graph doesn't
// name.
std::unique_ptr<feature_reader> new_feature_reader(const gto_target & target, const gto_session_options & options,
                                                   kept_outputs * kept);

} // namespace gto
