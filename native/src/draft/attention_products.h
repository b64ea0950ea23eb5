// Attention as batched products and row kernels between them, for a device with matrix products of its own. The same as
// attention.h's on a CPU, by the same equations (attention.cpp).
#pragma once

#include "device/memory.h"
#include "draft/attention.h"
#include "draft/attention_kernels.h"

namespace gto {

class attention_products {
  public:
    static constexpr int64_t default_most_floats = (int64_t) 1 << 26;

    // most_floats: of scores at once; fewer rows are taken together where they would be more.
    explicit attention_products(gto_device & device, int64_t most_floats = default_most_floats)
        : most_floats_(most_floats), memory_(device) {}

    // `rows` must stay in place until the queue has run.
    void record_forward(queue & q, const attention_shape & shape, const matrix & pool, const attention_rows & rows,
                        const matrix & out, const matrix & lse);
    // Adds d_q, d_k and d_v to d_pool, those of trunk rows, too.
    void record_backward(queue & q, const attention_shape & shape, const matrix & pool, const attention_rows & rows,
                         const matrix & out, const matrix & d_out, const matrix & d_pool);

    size_t bytes() const { return memory_.bytes(); }
    // Floats of scratch that such rows take.
    static size_t floats(const attention_shape & shape, const attention_rows & rows, bool backward,
                         int64_t most_floats = default_most_floats);

  private:
    // Consecutive rows that see the same trunk from its beginning.
    struct extent {
        int64_t first, rows, trunk; // of them the first, how many, and the trunk keys that the last one sees
        int32_t extras;             // most of a row
        int64_t width() const { return trunk + extras; }
    };
    static std::vector<extent> extents(const attention_shape & shape, const attention_rows & rows, bool backward,
                                       int64_t most_floats);
    static size_t floats(const attention_shape & shape, const extent & e, bool backward);
    struct scratch {
        float *queries, *outputs, *scores, *d_out, *d_queries, *d_scores;
    };
    template <class F>
    void for_each_block(queue & q, const attention_shape & shape, const attention_rows & rows, bool backward, F && f);
    void record_probabilities(queue & q, const attention_block & block, const scratch & s, const matrix & pool,
                              const matrix & lse);

    const int64_t most_floats_;
    arena memory_;
};

} // namespace gto
