#include "draft/ttt_memory.h"

#include "draft/forward.h"
#include "draft/gradients.h"

#include <algorithm>

namespace gto {

ttt_size ttt_size::most(int64_t n_tokens, int64_t n_steps) {
    return {std::max<int64_t>(n_tokens - 1, 0), std::max<int64_t>(n_tokens - 2, 0), n_steps, std::max<int64_t>(n_tokens - 2, 0)};
}

ttt_memory::ttt_memory(const shape & s, const ttt_size & size, int64_t chunk_rows, int64_t n_threads, bool backward, precision products)
    : transposed(0), weight_gradients(0), chunk(std::min(chunk_rows, std::max<int64_t>(size.roots, 1))) {
    const auto room = [](int64_t rows, int64_t cols) { return arena::padded(rows, cols); };
    const int64_t d = s.d, ff = s.n_ff, vocab = s.n_draft_vocab, pool = size.pool(), outputs = size.outputs();
    activations = activations::floats(s, pool, outputs) + room(size.trunk, s.features());
    activations += room(size.hidden, d) + room(size.hidden, vocab) + room(chunk, vocab);
    if (products == precision::bf16) count_packed(s, size);
    if (!backward) return;
    activations += room(pool, s.qkv_cols()) + room(pool, d) + room(pool, 2 * d);
    activations += 3 * room(outputs, d) + room(outputs, 2 * ff);
    activations += room(size.roots, ff) + room(size.roots, d) + room(size.roots, s.q_cols());
    activations += room(n_threads * size.trunk, 2 * s.kv_cols()) + room(4 * n_threads, d);

    transposed = room(2 * d, s.qkv_cols()) + room(s.q_cols(), d) + room(d, 2 * ff) + room(ff, d) + room(d, vocab);

    if (products == precision::bf16) return;
    for (const size_t floats : {weight_gradients::floats(s.qkv_cols(), 2 * d, pool), weight_gradients::floats(d, s.features(), size.trunk),
                                weight_gradients::floats(d, s.q_cols(), outputs), weight_gradients::floats(2 * ff, d, outputs),
                                weight_gradients::floats(d, ff, outputs), weight_gradients::floats(vocab, d, chunk)}) {
        weight_gradients = std::max(weight_gradients, floats);
    }
}

// Backward included: a trainer that only evaluates has little to hold besides.
void ttt_memory::count_packed(const shape & s, const ttt_size & size) {
    const int64_t d = s.d, ff = s.n_ff, vocab = s.n_draft_vocab, qkv = s.qkv_cols(), pool = size.pool(), outputs = size.outputs(),
                  rows = std::max(size.trunk, size.roots), roots = size.roots;
    const auto largest = [](std::initializer_list<packed_size> operands) {
        size_t most = 0;
        for (const packed_size & operand : operands) most = std::max(most, operand.bytes());
        return most;
    };
    packed_left = largest({{size.trunk, s.features()}, {size.hidden, d}, {rows, 2 * d}, {roots, s.q_cols()}, {roots, d}, {roots, ff}, {chunk, vocab}, {roots, 2 * ff},
                           {rows, qkv}, {vocab, chunk}, {qkv, pool}, {d, size.trunk}, {d, outputs}, {2 * ff, outputs}});
    packed_right = largest({{d, chunk}, {2 * d, pool}, {s.features(), size.trunk}, {s.q_cols(), outputs}, {d, outputs}, {ff, outputs}});
    for (const packed_size & weights : {packed_size{d, s.features()}, {qkv, 2 * d}, {2 * d, qkv}, {d, s.q_cols()}, {s.q_cols(), d}, {2 * ff, d}, {d, 2 * ff}, {d, ff},
                                        {ff, d}, {vocab, d}, {d, vocab}, {vocab, d}}) {
        packed_weights += weights.bytes();
    }
}

} // namespace gto
