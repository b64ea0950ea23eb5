#include "draft/ttt_memory.h"

#include "draft/attention_products.h"
#include "draft/forward.h"

#include <algorithm>

namespace gto {

ttt_size ttt_size::most(int64_t n_tokens, int64_t n_passes, bool context_vocabulary) {
    const int64_t trunk = std::max<int64_t>(n_tokens - 1, 0), roots = std::max<int64_t>(n_tokens - 2, 0);
    return {trunk, roots, n_passes, roots * (n_passes - 1), roots, context_vocabulary ? trunk : 0};
}

size_t ttt_memory::attention_floats(const shape & s, const ttt_size & size) {
    size_t most = 0;
    for (int64_t pass = 0; pass < size.n_passes; pass++) {
        attention_rows rows;
        for (int64_t i = 0; i < size.roots - pass; i++) {
            rows.add((int32_t) i, 0, (int32_t) i + 1);
            rows.extra.resize(rows.extra.size() + (size_t) pass);
            rows.close();
        }
        most = std::max(most, attention_products::floats({s.n_head, s.n_head_kv, s.head_dim}, rows, true));
    }
    return most;
}

ttt_memory::ttt_memory(const shape & s, const ttt_size & size, int64_t chunk_rows, int64_t n_threads, bool backward,
                       const product_memory & products)
    : chunk(std::min(chunk_rows, std::max<int64_t>(size.roots, 1))) {
    const auto room = [](int64_t rows, int64_t cols) { return arena::padded(rows, cols); };
    const int64_t d = s.d, ff = s.n_ff, logits = s.n_draft_vocab + size.offered, pool = size.pool(),
                  outputs = size.outputs();
    const int64_t normed = s.has(GTO_NET_NORM_BEFORE_FC) ? size.trunk : 0;
    activations = activations::floats(s, pool, outputs) + room(size.trunk, s.features()) + room(normed, s.features());
    activations += room(size.hidden, s.d_target) + room(size.hidden, logits) + room(chunk, logits);
    activations += room(size.offered, s.d_target);
    count_packed(s, size, products);
    if (!backward) return;
    activations += room(normed, s.features());
    activations += room(pool, s.qkv_cols()) + room(pool, d) + room(pool, 2 * d);
    activations += 3 * room(outputs, d) + room(outputs, 2 * ff);
    activations += room(size.roots, ff) + room(size.roots, d) + room(size.roots, s.q_cols());
    activations += room(n_threads * size.trunk, 2 * s.kv_cols()) + room(std::max(pool, outputs), 1);
}

// Backward included: a trainer that only evaluates has little to hold besides.
void ttt_memory::count_packed(const shape & s, const ttt_size & size, const product_memory & products) {
    const int64_t d = s.d, ff = s.n_ff, vocab = s.n_draft_vocab, qkv = s.qkv_cols(), pool = size.pool(),
                  outputs = size.outputs(), roots = size.roots, offered = size.offered;
    constexpr orientation rows = orientation::rows, columns = orientation::columns;
    const auto largest = [&](operand to, std::initializer_list<operand_shape> operands) {
        size_t most = 0;
        for (const operand_shape & shape : operands) most = std::max(most, products.bytes(shape, to));
        return most;
    };
    const int64_t most_rows = std::max(size.trunk, roots);
    packed_left = largest(operand::left, {{size.trunk, s.features(), rows},
                                          {size.hidden, s.d_target, rows},
                                          {most_rows, 2 * d, rows},
                                          {size.trunk, d, rows},
                                          {roots, s.q_cols(), rows},
                                          {roots, d, rows},
                                          {roots, ff, rows},
                                          {chunk, vocab, rows},
                                          {chunk, offered, rows},
                                          {roots, 2 * ff, rows},
                                          {most_rows, qkv, rows},
                                          {vocab, chunk, columns},
                                          {qkv, pool, columns},
                                          {d, size.trunk, columns},
                                          {d, outputs, columns},
                                          {2 * ff, outputs, columns}});
    packed_right = largest(operand::right, {{d, chunk, columns},
                                            {2 * d, pool, columns},
                                            {s.features(), size.trunk, columns},
                                            {s.q_cols(), outputs, columns},
                                            {d, outputs, columns},
                                            {ff, outputs, columns},
                                            {offered, s.d_target, rows},
                                            {d, offered, columns}});
    const auto keep = [&](std::initializer_list<operand_shape> weights) {
        for (const operand_shape & shape : weights) packed_weights += products.bytes(shape, operand::right);
    };
    keep({{vocab, s.d_target, rows}}); // the target's head
    // forward
    keep({{d, s.features(), rows},
          {qkv, 2 * d, rows},
          {d, s.q_cols(), rows},
          {2 * ff, d, rows},
          {d, ff, rows},
          {vocab, d, rows}});
    if (!products.keeps_transposed()) return;
    // backward
    keep(
        {{2 * d, qkv, columns}, {s.q_cols(), d, columns}, {d, 2 * ff, columns}, {ff, d, columns}, {d, vocab, columns}});
    if (s.has(GTO_NET_NORM_BEFORE_FC)) keep({{s.features(), d, columns}});
}

} // namespace gto
