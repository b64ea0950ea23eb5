// The sizes of a net's one block, as a caller tells them.
#pragma once

#include "draft/shape.h"

namespace gto {

struct block_sizes {
    int64_t n_embd, n_head, n_head_kv, head_dim, n_ff;
};

// Sets them in a shape. Fails with GTO_E_ARGUMENT naming the one that is out of range or doesn't go with the others.
void set_block(shape & s, const block_sizes & sizes);

} // namespace gto
