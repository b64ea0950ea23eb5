// A conversation as its template writes it, and which of it the template didn't write.
#pragma once

#include "target/special_tokens.h"

#include <string>
#include <vector>

struct gto_target;

namespace gto {

struct chat_message {
    std::string role, content;
};

struct chat_text {
    std::string text;
    std::vector<byte_span> contents; // in order; each lies in one message's content
};

// Fails with GTO_E_FORMAT if there is no template or libllama doesn't know it, with GTO_E_ARGUMENT if a role holds a
// control token.
chat_text render_chat(const gto_target & target, const std::vector<chat_message> & messages, bool add_assistant);

} // namespace gto
