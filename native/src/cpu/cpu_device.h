// A ggml device over ggml's CPU backend: it computes products and attention with kernels of its own, whose rows have
// the same bits whatever is computed beside them, and hands the rest through. Weights that its integer kernels read are
// packed as they are loaded; all other memory is ggml's ordinary CPU memory, so that no graph is split and a model's
// other weights stay mapped.
#pragma once

#include "ggml-backend.h"

#include <memory>
#include <string>

namespace gto {

class graph_plans;

// Lives as long as the models and contexts that use its device. One graph at a time.
class cpu_device {
  public:
    // cpu: a CPU backend with its threads, which outlives this.
    cpu_device(ggml_backend_t cpu, int n_threads);
    ~cpu_device();
    cpu_device(const cpu_device &) = delete;
    cpu_device & operator=(const cpu_device &) = delete;

    ggml_backend_dev_t device() { return device_.get(); }
    ggml_status compute(ggml_cgraph * graph);

    static constexpr const char * name = "CPU-GTO4J";
    // Whether this processor has instructions for which the kernels pay.
    static bool pays();
    // E.g. "AVX2 integer products, AVX2 F16 products, AVX2 attention".
    static std::string kernels();

  private:
    ggml_backend_t cpu_;
    std::unique_ptr<graph_plans> plans_;
    std::unique_ptr<ggml_backend_reg> registry_;
    std::unique_ptr<ggml_backend_device> device_;
};

} // namespace gto
