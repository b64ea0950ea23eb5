// AdamW over the flat parameter vector (Loshchilov & Hutter, arXiv 1711.05101), with clipping by the global norm.
#pragma once

#include "device/memory.h"
#include "device/queue.h"
#include "draft/draft.h"
#include "gto4j/trainer.h"

namespace gto {

class optimizer {
  public:
    optimizer(gto_draft & draft, const gto_trainer_options & options);

    float * gradient() const { return gradient_.data(); }
    float * first_moment() const { return first_.data(); }
    float * second_moment() const { return second_.data(); }
    size_t gradient_bytes() const { return gradient_.bytes(); }
    size_t moment_bytes() const { return first_.bytes() + second_.bytes(); }
    int64_t steps = 0;

    void zero();
    // Returns the norm before clipping. Fails with GTO_E_NUMERIC if it isn't finite; then nothing but the gradient (zeroed) changes.
    float step(float learning_rate, float clip);

  private:
    double norm();

    gto_draft & draft_;
    const gto_trainer_options options_;
    queue q_;
    block gradient_, first_, second_;
};

} // namespace gto
