// Templates that libllama knows by name ("vicuna", "llama2"), as old files have them instead of one in Jinja.
#pragma once

#include "target/special_tokens.h"

#include <optional>
#include <string>
#include <vector>

namespace gto {

struct chat_message {
    std::string role, content;
};

struct chat_text {
    std::string text;
    std::vector<byte_span> contents; // in order; what the template didn't write
};

// Whether a chat template is no template, but the name of one.
bool is_template_name(const std::string & chat_template);

// Fails with GTO_E_FORMAT if the template changes contents so that a control token in them can't be told from its own.
// `source` names the template in messages.
chat_text render_by_name(const std::string & name, const std::string & source, const special_tokens & specials,
                         const std::vector<chat_message> & messages, bool add_assistant);

} // namespace gto
