// Attention whose bits depend neither on the other rows of a target pass nor on the cells in which a text lies:
// softmax(scale q k + mask) v.
//
// Scores are one dot product each, in a fixed order of the dimensions; their maximum is exact. Probabilities are
// rounded to a grid so coarse that sums of their products with values of the cache are exact in F64 whatever the order
// (see attention_block.h), and are rounded once at the end.
#pragma once

#include "ggml.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gto {

struct attention_problem {
    int64_t head_size, value_size;    // of a head of q and k; of v
    int64_t n_rows, n_heads, n_texts; // q: [n_texts][n_heads][n_rows][head_size]
    int64_t n_kv_heads, n_cells;      // k, v: [n_texts][n_kv_heads][n_cells][..]
    const char * q;                   // F32
    size_t q_row, q_head, q_text;     // bytes from one to the next
    ggml_type k_type, v_type;         // F16, F32, BF16 or Q8_0
    const char * k;
    size_t k_cell, k_head, k_text;
    const char * v;
    size_t v_cell, v_head, v_text;
    // F16 [n_texts][n_rows][n_cells], -infinity where a row doesn't see a cell; null: all are seen
    const char * mask;
    size_t mask_row, mask_text;
    const float * sinks; // [n_heads] or null: a score of each head that has no value
    // max_bias > 0: ALiBi slopes multiply the mask; soft_cap > 0: scores are cap * tanh(score / cap)
    float scale, max_bias, soft_cap;
    char * out; // F32, [n_texts][n_rows][n_heads][value_size]
    size_t out_row, out_head, out_text;
};

struct attention_kernel {
    const char * name;
    // Bytes of scratch that nth threads share.
    size_t (*scratch_bytes)(const attention_problem & problem, int nth);
    // Called by nth threads at once; wait() returns when all have called it as often.
    void (*attend)(const attention_problem & problem, void * scratch, int ith, int nth, void (*wait)(void *),
                   void * barrier);
};

// What this processor can run, the fastest first. Never empty.
const std::vector<const attention_kernel *> & attention_kernels();

} // namespace gto
