// The shape of a draft as files tell it.
#pragma once

#include "common/gguf_file.h"
#include "draft/shape.h"

namespace gto {

// Shape of a draft for this target: everything but taps and draft vocabulary comes from the target's file. Fails with
// GTO_E_FORMAT naming file and key or tensor where it isn't one that a draft can have.
shape shape_for(const gguf_file & target);

// Shape of a draft's own file, but for the draft vocabulary; `target` is shape_for of the target's file, which has
// n_layer blocks. Fails with GTO_E_FORMAT where the file holds another net (more layers, another way to turn positions,
// a tensor that the net doesn't have), or belongs to another target.
shape shape_of_draft(const gguf_file & draft, const shape & target, int64_t n_layer);

} // namespace gto
