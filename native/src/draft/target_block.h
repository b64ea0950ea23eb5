// What a new draft can take from its target: of the last block, the output norm and the head, whatever has the draft's
// shape.
#pragma once

#include "draft/draft.h"

namespace gto {

// The part that a parameter belongs to; 0 for none.
int32_t part_of(tensor_id id);

// Which of the parts GTO_PART_* the target's file has in the draft's shape, in types that can be read.
int32_t parts_of(const gguf_file & target, const shape & s);

// Sets these parts of a draft, and with them fc to a pass-through of the highest tap.
void take_parts(gto_draft & draft, const gguf_file & target, int32_t parts);

} // namespace gto
