// A conversation as its template writes it, and which of it the template didn't write.
#pragma once

#include "target/named_template.h"

#include <string_view>

struct gto_target;

namespace gto {

// request: the JSON of gto_target_chat. Fails with GTO_E_ARGUMENT naming the field that is wrong, with GTO_E_FORMAT if
// there is no template, or naming its line if it can't be read or rendered.
chat_text render_chat(const gto_target & target, std::string_view request);

} // namespace gto
