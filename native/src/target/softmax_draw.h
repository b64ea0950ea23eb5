// Draws from softmax(logits / temperature) over a whole vocabulary.
#pragma once

#include "target/cumulative_weights.h"

#include <cstdint>
#include <random>

namespace gto {

// Its tokens are those of libllama's links "temperature" and "dist" with the same seed, which take ten times as long:
// an exp of libm for each token, one after the other. Here exps and sums are vectors, a little off. Where that could
// change the token, libllama's sums are made after all.
class softmax_draw {
  public:
    // temperature > 0
    softmax_draw(float temperature, uint32_t seed);
    // Restarts the random stream.
    void reset();
    // A token of logits [n]; the greatest of them, which is finite, is that of `most_probable`.
    int32_t draw(const float * logits, int32_t n, int32_t most_probable);
    // exp((logits - greatest) / temperature) as draw() takes them, a number of the random stream passed over.
    cumulative_weights & weights(const float * logits, int32_t n, int32_t most_probable);

  private:
    double uniform();

    const float temperature_;
    const uint32_t seed_;
    std::mt19937 random_;
    cumulative_weights weights_;
};

} // namespace gto
