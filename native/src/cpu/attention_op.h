// A FLASH_ATTN_EXT node as a custom op.
#pragma once

#include "cpu/attention.h"
#include "cpu/thread_barrier.h"

#include "ggml.h"

#include <vector>

namespace gto {

using attention_scratch = std::vector<char>;

struct attention_op {
    attention_problem problem;
    attention_scratch * scratch;
    thread_barrier barrier;

    // Whether kernels of ours compute this node.
    static bool takes(const ggml_tensor * node);
    // The keys or values that a node reads; casts of a cache in F32, which libllama's graphs make for ggml's kernels,
    // are looked through.
    static const ggml_tensor * source(const ggml_tensor * cache);
    static attention_problem problem_of(const ggml_tensor * node);
    static size_t scratch_bytes(const attention_problem & problem, int n_threads);
    // A ggml_custom_op_t; data is an attention_op.
    static void run(ggml_tensor * node, int ith, int nth, void * data);
};

} // namespace gto
