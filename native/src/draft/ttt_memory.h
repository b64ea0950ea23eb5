// How much memory a micro-batch of the training-time test takes: what ttt allocates, and what a plan promises before it
// does.
#pragma once

#include "device/products.h"
#include "draft/shape.h"

#include <cstddef>

namespace gto {

// Sizes of a micro-batch. TTT pass 0 holds every trunk row, each later one at most a row per root of a text or chain of
// a tree.
struct ttt_size {
    int64_t trunk;
    int64_t roots; // most output rows of a pass
    int64_t n_passes;
    int64_t below;       // rows of the passes behind pass 0, together
    int64_t hidden;      // rows of target distributions
    int64_t offered = 0; // tokens beside the draft vocabulary's, of a context vocabulary
    int64_t pool() const { return trunk + below; }
    int64_t outputs() const { return roots + below; }

    // The most that n tokens can ask for: one sequence, all of it response; with a context vocabulary no two tokens are
    // the same, and the draft vocabulary has none of them.
    static ttt_size most(int64_t n_tokens, int64_t n_passes, bool context_vocabulary);
};

// Floats of activations, and bytes of what is packed.
struct ttt_memory {
    // n_threads: of a CPU, which sums the trunk's gradient up by threads; 0 on an accelerated device.
    ttt_memory(const shape & s, const ttt_size & size, int64_t chunk_rows, int64_t n_threads, bool backward,
               const product_memory & products);

    // of all rows, with the target's distributions, one chunk of logits and, backward, the gradients by rows
    size_t activations;
    // scratch for the operands of one product, and weights
    size_t packed_left = 0, packed_right = 0, packed_weights = 0;
    size_t packed() const { return packed_left + packed_right + packed_weights; }
    int64_t chunk; // rows of logits at once

    // Floats of scratch that attention takes besides on an accelerated device, backward, of one sequence all of whose
    // rows are roots; each pass ends one row earlier. For plans: a run takes them as it comes to need them.
    static size_t attention_floats(const shape & s, const ttt_size & size);

  private:
    void count_packed(const shape & s, const ttt_size & size, const product_memory & products);
};

} // namespace gto
