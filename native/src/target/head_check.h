// Why a graph can't be built: settings of the attention that its tensors don't have.
#pragma once

#include <string>

namespace gto {

// The first tensor of a target's file whose rows aren't those of the heads that the file tells, with key and both
// figures; "" if there is none.
std::string unfitting_heads(const std::string & path);

} // namespace gto
