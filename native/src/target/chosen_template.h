// Which template renders a conversation.
#pragma once

#include "target/chat_request.h"

#include <string>

struct gto_target;

namespace gto {

struct chosen_template {
    std::string text, source; // source: for messages
};

// The one of the request, else the model's: of the name that the request gives, else, as transformers does, the one for
// tools where there are tools, else the default one. Fails with GTO_E_FORMAT if there is none.
chosen_template choose_template(const gto_target & target, const chat_request & request);

} // namespace gto
