// Cuts a template into tokens, as jinja2 does with trim_blocks and lstrip_blocks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gto::jinja {

enum class token_type {
    data, // text between tags
    expression_begin,
    expression_end,
    block_begin,
    block_end,
    name,
    text,
    integer,
    number,
    sign, // operators and brackets
    end,
};

struct token {
    token_type type;
    std::string content; // of names, texts and signs what they say
    int line;
    int64_t integer = 0;
    double number = 0;
};

// Raises a template_error with its line if the template can't be cut. The last token is the end.
std::vector<token> cut_template(std::string_view source);

} // namespace gto::jinja
