// What passes of a session leave on an accelerated device: logits and other tensors, which stay there until the next
// pass.
#pragma once

#include "device/queue.h"
#include "target/context.h"

#include <string>
#include <vector>

namespace gto {

// libllama copies the logits of a sequence to the host unless the sequence has a sampler that computes on the device.
// Ours adds nothing to the graph: it is shown each graph when that is built, notes the logits and the tensors of the
// given names, and marks them as outputs of the graph, so that nothing else gets their memory and no cut is needed.
// A pass must be one graph.
class kept_outputs {
  public:
    explicit kept_outputs(gto_device & device) : queue_(device) {}
    ~kept_outputs();
    kept_outputs(const kept_outputs &) = delete;
    kept_outputs & operator=(const kept_outputs &) = delete;

    // Before attach(). Returns the index of the tensor for rows().
    int32_t keep(const std::string & name);
    void prepare(llama_context_params & params) const;
    // Fails with GTO_E_INTERNAL if libllama takes no samplers.
    void attach(llama_context * context, int32_t n_seq_max, int32_t n_vocab);

    // Of the pass that begins: how many of its rows are with output.
    void begin(int32_t n_outputs);
    // The kept tensor's rows, dense, for kernels of queue(). Fails with GTO_E_INTERNAL unless they are [rows][cols] in
    // F32.
    matrix rows(int32_t index, int64_t rows, int64_t cols);
    // Those of the logits, [n_outputs][n_vocab].
    matrix logits();
    // Logits of one row with output, on the host; valid until the next call or pass.
    const float * logits_here(int32_t rank);
    // The greatest logit's index, -1 if the row isn't finite.
    int32_t greatest(int32_t rank);
    // See probability_rows; tokens and p are the host's.
    void probabilities(const std::vector<int32_t> & ranks, const std::vector<int32_t> & begin, const int32_t * tokens,
                       float temperature, float * p);
    queue & work() { return queue_; }

  private:
    struct sampler;
    void see(ggml_cgraph * graph, const ggml_tensor * logits);
    matrix there(const ggml_tensor * tensor, int64_t rows, int64_t cols);

    queue queue_;
    std::vector<std::string> names_;
    std::vector<ggml_tensor *> kept_; // of the graph that was built last
    const ggml_tensor * logits_ = nullptr;
    bool seen_ = false; // the graph that is being built
    std::vector<llama_sampler *> samplers_;
    int32_t n_vocab_ = 0, n_outputs_ = 0;
    std::vector<int32_t> greatest_; // of the last pass, empty until asked
    std::vector<float> here_;       // logits of row here_rank_
    int32_t here_rank_ = -1;
};

} // namespace gto
