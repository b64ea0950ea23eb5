// The JSON in which a caller says what a chat template shall render.
#pragma once

#include "jinja/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gto {

struct chat_request {
    jinja::value messages, tools; // a list, and a list or none
    bool add_generation_prompt = false;
    std::shared_ptr<const jinja::dict> variables; // nullptr: none
    std::optional<std::string> chat_template, template_source, template_name;
    std::optional<int64_t> now;
    // of the answer's format
    std::string tool_choice = "auto";
    bool parallel_tool_calls = false;
    jinja::value json_schema; // undefined: none
};

// Fails with GTO_E_ARGUMENT naming the field that is wrong. Texts are marked as said but for roles and for variables
// whose names end with "_token". On a thread with a large stack.
chat_request read_chat_request(jinja::budget & cost, std::string_view json);

// The caller's JSON. Fails with GTO_E_ARGUMENT if it is null or larger than 2^29 bytes.
std::string_view request_text(const char * request, int64_t request_bytes);

// What strftime_now reads: the request's time, else the clock's, which is that of where this machine is.
int64_t time_of(const chat_request & request);

} // namespace gto
