// What a template can say, as llama.cpp's chat parsers ask for it.
#pragma once

#include "runtime.h"

#include <map>
#include <string>

namespace jinja {

struct caps {
    bool supports_tools = true;      // it writes the list of tools
    bool supports_tool_calls = true; // it writes an assistant's calls
    bool supports_system_role = true;
    bool supports_parallel_tool_calls = true; // two calls in one message
    bool supports_preserve_reasoning = false; // of turns before the last
    bool supports_reasoning_effort = false;
    bool supports_string_content = true;
    bool supports_typed_content = false;    // content as a list of parts
    bool supports_object_arguments = false; // a call's arguments as an object rather than as JSON text

    std::map<std::string, bool> to_map() const;
};

// Found by rendering small conversations.
caps caps_get(program & p);

// Sets the variables by which templates know these wishes.
void caps_apply_preserve_reasoning(context & to, bool enabled);
void caps_apply_reasoning_effort(context & to, const std::string & effort);

} // namespace jinja
