// AdamW over the flat parameter vector (Loshchilov & Hutter, arXiv 1711.05101), with clipping by the global norm.
#pragma once

#include "device/memory.h"
#include "device/queue.h"
#include "draft/draft.h"
#include "gto4j/trainer.h"

#include <exception>

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
    // Zeroes the gradient when its scope is left by an exception: nobody goes on with a part of one.
    class whole_gradient {
      public:
        explicit whole_gradient(optimizer & of) : of_(of), before_(std::uncaught_exceptions()) {}
        ~whole_gradient() {
            if (std::uncaught_exceptions() == before_) return;
            try {
                of_.zero();
            } catch (const error &) {
                // The device is lost: nobody goes on at all.
            }
        }
        whole_gradient(const whole_gradient &) = delete;
        whole_gradient & operator=(const whole_gradient &) = delete;

      private:
        optimizer & of_;
        const int before_;
    };
    // Returns the norm before clipping. Fails with GTO_E_NUMERIC if it isn't finite; then nothing but the gradient
    // changes, which any failure zeroes.
    float step(float learning_rate, float clip);

  private:
    double norm();

    gto_draft & draft_;
    const gto_trainer_options options_;
    queue q_;
    block gradient_, first_, second_;
};

} // namespace gto
