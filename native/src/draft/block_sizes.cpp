#include "draft/block_sizes.h"

#include "common/gguf_sizes.h"
#include "common/range.h"

namespace gto {

void set_block(shape & s, const block_sizes & sizes) {
    require_within("n_embd", sizes.n_embd, 1, most_embd);
    require_within("n_head", sizes.n_head, 1, most_heads);
    require_within("n_head_kv", sizes.n_head_kv, 1, most_heads);
    require_within("head_dim", sizes.head_dim, 2, most_head_dim);
    require_within("n_ff", sizes.n_ff, 1, most_ff);
    s.d = (int32_t) sizes.n_embd;
    s.n_head = (int32_t) sizes.n_head;
    s.n_head_kv = (int32_t) sizes.n_head_kv;
    s.head_dim = (int32_t) sizes.head_dim;
    s.n_ff = (int32_t) sizes.n_ff;
    if (s.n_head % s.n_head_kv != 0) {
        fail(GTO_E_ARGUMENT, "n_head_kv: expected a divisor of the %d heads, found %d", s.n_head, s.n_head_kv);
    }
    if (s.head_dim % 2 != 0) fail(GTO_E_ARGUMENT, "head_dim: expected an even number, found %d", s.head_dim);
    require_within("n_head * head_dim", s.q_cols(), 2, most_head_columns);
}

} // namespace gto
